import Glibc
package import Sky

/// What is known of an object beside light curve and spectrum as the inputs of a model: taken by name, the row of a catalogue
/// first and the alert's own context (`ContextFeatures`) for what it lacks, then what follows from these (`DerivedFeatures`), transformed and encoded (`FeatureEncoding`).
package struct MetadataFeatures: Sendable {
    private let features: [MetadataInput.Feature]
    private let encoding: FeatureEncoding
    /// Where the value of a name is wanted: features, then what they are computed from, the parallax among it.
    private let places: [String: Int]
    private let parallax: Int
    private let derived: [(place: Int, definition: DerivedFeatures.Definition, bases: [Int])]
    /// The features that an alert's context can give, of a model that has flags for what is missing.
    private let fromContext: [(place: Int, value: @Sendable (Alert) -> Float)]

    package init(input: MetadataInput) {
        features = input.features
        encoding = FeatureEncoding(input)
        var places: [String: Int] = [:]
        func place(_ name: String) -> Int {
            let place = places[name] ?? places.count
            places[name] = place
            return place
        }
        let listed = features.map { (place: place($0.name), definition: DerivedFeatures.all[$0.name]) }
        derived = listed.compactMap { entry in
            entry.definition.map { (entry.place, $0, $0.bases.map { place($0) }) }
        }
        parallax = place("parallax")
        self.places = places
        // A model that cannot be told what is missing was trained on complete rows of a catalogue, as the published one.
        let told = input.missingFlags ? places : [:]
        packetPlaces = features.indices.filter { [features] in
            input.missingFlags && ContextFeatures.ofPackets.contains(features[$0].name)
        }
        fromContext = told.compactMap { name, place in ContextFeatures.all[name].map { (place, $0) } }
            .sorted { $0.place < $1.place }
    }

    /// Places of what an alert's packet alone tells, of the features listed.
    private let packetPlaces: [Int]

    /// Whether the inputs differ from alert to alert of one object, so that an embedding of a catalogue's row cannot be kept.
    package var needsAlert: Bool { !fromContext.isEmpty }

    /// Writes one row of inputs.
    ///
    /// - Returns: how many features are known, and whether there is something among them that a packet alone tells.
    @discardableResult
    package func write(
        _ metadata: Metadata?,
        of alert: Alert? = nil,
        to row: UnsafeMutablePointer<Float>
    ) -> (known: Int, hasContext: Bool) {
        let values = transformed(metadata, of: alert)
        return (encoding.write(values, to: row), packetPlaces.contains { !values[$0].isNaN })
    }

    /// How many of the model's features a row has.
    func knownCount(_ metadata: Metadata) -> Int {
        transformed(metadata).count(where: \.isFinite)
    }

    /// The features before they are standardised: NaN where one is not known, `Metadata.none`.
    package func transformed(_ metadata: Metadata?, of alert: Alert? = nil) -> [Float] {
        var values = [Float](repeating: .nan, count: places.count)
        if let metadata {
            for (name, value) in zip(metadata.names, metadata.values) {
                if let place = places[name] { values[place] = value }
            }
        }
        if let alert {
            for (place, value) in fromContext where values[place].isNaN { values[place] = value(alert) }
        }
        for (place, definition, bases) in derived where values[place].isNaN {
            values[place] = DerivedFeatures.value(definition, bases.map { values[$0] })
        }
        let parallax = values[parallax]
        values.removeSubrange(features.count...)
        for (place, feature) in features.enumerated() where values[place] != Metadata.none {
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
