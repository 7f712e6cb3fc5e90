import Sky
import Tensor

extension ModelBuilder {
    /// The manifest of a new model before anything is known of its inputs' means.
    package static func defaults(
        name: String,
        version: String,
        seed: UInt64,
        variant: ModelManifest.Variant,
        layers: Int
    ) -> ModelManifest {
        let channels: [String] =
            switch variant {
            case .published: PublishedLightCurve.channels
            case .streaming: StreamingLightCurve.Channel.allCases.map(\.rawValue)
            }
        return ModelManifest(
            format: 1,
            name: name,
            version: version,
            variant: variant,
            training: .untrained,
            seed: seed,
            architecture: Architecture(layers: layers),
            photometry: PhotometryInput(
                channels: channels,
                timeEncoding: variant == .published ? .minMax : .logDays,
                positionalEncoding: .sinusoidByIndex,
                maximumPoints: 200,
                mean: channels.map { _ in 0 },
                std: channels.map { _ in 1 }
            ),
            spectrum: SpectrumInput(start: 3850, step: 2, points: 2575),
            metadata: MetadataInput(
                features: PublishedMetadata.features.map {
                    MetadataInput.Feature(name: $0.name, transform: $0.transform, mean: 0, std: 1)
                }
            ),
            taxonomy: variant == .published ? .published : .wholeSky,
            calibration: Calibration(pointBins: [3, 7, 15, 31, 63, 127], temperatures: [:]),
            decision: DecisionRule(thresholds: [0.7, 0.7, 0.6]),
            novelty: NoveltyRule(k: 10, neighbours: 5),
            references: ReferenceNames(objects: [], labels: []),
            files: [:],
            checksum: ""
        )
    }

    /// Takes the means and standard deviations of channels and features from records.
    static func standardise(_ manifest: inout ModelManifest, by records: [Record]) {
        if case .streaming(let rows) = LightCurveRows(input: manifest.photometry) {
            let width = rows.channels.count
            var moments = Array(repeating: Moments(), count: width)
            let memory = AlignedFloats(count: width * rows.maximumPoints)
            defer { withExtendedLifetime(memory) {} }
            for record in records {
                let count = rows.write(record.lightCurve, until: record.alert.mjd, raw: true, to: memory.pointer)
                for place in 0..<count * width { moments[place % width].add(memory.pointer[place]) }
            }
            manifest.photometry.mean = moments.map(\.mean)
            manifest.photometry.std = moments.map(\.deviation)
        }
        let features = MetadataFeatures(input: manifest.metadata)
        let rows = records.compactMap(\.metadata).map(features.transformed)
        for place in manifest.metadata.features.indices {
            var moments = Moments()
            for row in rows { moments.add(row[place]) }
            manifest.metadata.features[place].mean = moments.mean
            manifest.metadata.features[place].std = moments.deviation
        }
    }
}

/// Mean and standard deviation of what is finite (Welford 1962); neutral where there is too little of it.
private struct Moments {
    private var count = 0.0
    private var centre = 0.0
    private var squares = 0.0

    mutating func add(_ value: Float) {
        guard value.isFinite else { return }
        let value = Double(value)
        count += 1
        let distance = value - centre
        centre += distance / count
        squares += distance * (value - centre)
    }

    var mean: Float { Float(centre) }

    var deviation: Float {
        let deviation = Float((squares / max(count, 1)).squareRoot())
        return count > 1 && deviation > 1e-6 ? deviation : 1
    }
}
