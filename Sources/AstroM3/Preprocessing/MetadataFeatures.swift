import Glibc
package import Sky

/// Catalogue values as the inputs of a model: taken by name, transformed, standardised; a missing one is 0, its mean. Where
/// the manifest asks for flags, one input more for each feature says whether it is missing (1) or not (0).
package struct MetadataFeatures: Sendable {
    private let features: [MetadataInput.Feature]
    private let hasFlags: Bool
    /// Where the model wants the value of a name: features, and the parallax for absolute magnitudes.
    private let places: [String: [Int]]
    private let parallax: Int

    package init(input: MetadataInput) {
        features = input.features
        hasFlags = input.missingFlags
        // One place more than there are features, for the parallax, which magnitudes need whether it is a feature or not.
        parallax = features.count
        var places: [String: [Int]] = ["parallax": [parallax]]
        for (place, feature) in features.enumerated() { places[feature.name, default: []].append(place) }
        self.places = places
    }

    /// Writes one row of inputs, standardised; returns how many features are known.
    @discardableResult
    package func write(_ metadata: Metadata, to row: UnsafeMutablePointer<Float>) -> Int {
        var known = 0
        for (place, value) in transformed(metadata).enumerated() {
            let standardised = (value - features[place].mean) / features[place].std
            row[place] = standardised.isFinite ? standardised : 0
            if hasFlags { row[features.count + place] = standardised.isFinite ? 0 : 1 }
            known += standardised.isFinite ? 1 : 0
        }
        return known
    }

    /// How many of the model's features a row has.
    func knownCount(_ metadata: Metadata) -> Int {
        transformed(metadata).count(where: \.isFinite)
    }

    /// The features before they are standardised; not finite where one is not known.
    func transformed(_ metadata: Metadata) -> [Float] {
        var values = [Float](repeating: .nan, count: features.count + 1)
        for (name, value) in zip(metadata.names, metadata.values) {
            for place in places[name] ?? [] { values[place] = value }
        }
        let parallax = values.removeLast()
        for (place, feature) in features.enumerated() {
            values[place] = Self.transform(values[place], feature.transform, parallax: parallax)
        }
        return values
    }

    private static func transform(_ value: Float, _ transform: MetadataInput.Transform, parallax: Float) -> Float {
        switch transform {
        case .raw: value
        case .log10: value > 0 ? log10(value) : .nan
        case .cosine: cos(value * .pi / 180)
        case .sine: sin(value * .pi / 180)
        case .absoluteMagnitude: parallax.isNaN ? .nan : value - 10 + 5 * log10(parallax > 0 ? parallax : 1)
        }
    }
}
