import Glibc
import Sky

/// Catalogue values as features: transformed, then standardised; a missing one is 0, its mean.
struct MetadataFeatures {
    private let columns: [Int?]
    private let features: [MetadataInput.Feature]
    private static let parallax = Metadata.features.firstIndex(of: "parallax")

    init(input: MetadataInput) {
        features = input.features
        columns = input.features.map { Metadata.features.firstIndex(of: $0.name) }
    }

    /// Writes one row of features, standardised; returns whether any is known.
    func write(_ metadata: Metadata, to row: UnsafeMutablePointer<Float>) -> Bool {
        var known = false
        for (place, feature) in features.enumerated() {
            let value = (transformed(place, metadata) - feature.mean) / feature.std
            row[place] = value.isFinite ? value : 0
            known = known || value.isFinite
        }
        return known
    }

    /// A feature before it is standardised; NaN where it is not known.
    func transformed(_ place: Int, _ metadata: Metadata) -> Float {
        guard let column = columns[place], column < metadata.values.count else { return .nan }
        let value = metadata.values[column]
        switch features[place].transform {
        case .raw: return value
        case .log10: return value > 0 ? log10(value) : .nan
        case .cosine: return cos(value * .pi / 180)
        case .sine: return sin(value * .pi / 180)
        case .absoluteMagnitude:
            guard let column = Self.parallax, column < metadata.values.count else { return .nan }
            let parallax = metadata.values[column]
            guard !parallax.isNaN else { return .nan }
            return value - 10 + 5 * log10(parallax > 0 ? parallax : 1)
        }
    }
}
