import Sky

/// Why a score is what it is, in words that claim no more than what was measured.
struct Reasons {
    var percentile: Float
    var nearest: ArraySlice<Neighbour>
    var modalities: ModalitySet

    var words: [String] {
        var words = [
            "farther from its \(nearest.count) nearest reference objects than \(Self.short(percentile)) % of them are"
                + " from theirs, by \(modalities)"
        ]
        if let first = nearest.first {
            words.append(
                "the nearest is \(first.object) (\(first.label)) with similarity \(Self.short(first.similarity, 1000))"
            )
        }
        let labels = Set(nearest.map(\.label))
        if labels.count > 1 { words.append("its nearest carry \(labels.count) different labels") }
        if modalities == .photometry { words.append("the light curve alone is known") }
        return words
    }

    /// A number with few decimals.
    private static func short(_ value: Float, _ parts: Float = 10) -> String {
        let rounded = (value * parts).rounded() / parts
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
