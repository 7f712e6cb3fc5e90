internal import AstroM3
package import Ground

/// The shares of a stream that a model answers for (`trifid calibrate --shares`), in what is said of its answers to a data set, whose
/// classes have shares of their own.
package struct StreamShares: Sendable {
    /// What the model knows.
    let known: ClassShares
    private let taxonomy: Taxonomy
    /// Whether the answers go by them.
    package let isCorrected: Bool

    /// nil where the model knows none.
    init?(_ manifest: ModelManifest, isCorrected: Bool) {
        guard let known = manifest.calibration.shares else { return nil }
        (self.known, taxonomy, self.isCorrected) = (known, manifest.taxonomy, isCorrected)
    }

    /// For people.
    package var sentence: String {
        "the model answers for a stream with these shares of the classes in per cent (trifid calibrate --shares): "
            + ShareCorrection.words(known, taxonomy)
            + (isCorrected
                ? "; these answers go by them (--corrected), and the objects here have shares of their own"
                : "; these answers are of the model without them (with them: --corrected)")
    }

    /// For programs: the share of each class in the stream, of packets where these have shares of their own, and whether the answers go
    /// by them.
    package var json: JSONValue {
        let expected = known.expectedOfAlerts ?? known.expected
        return [
            "corrected": .bool(isCorrected),
            "expected": .object(taxonomy.classes.map { .init($0, .number(expected[$0] ?? 0)) }),
        ]
    }
}
