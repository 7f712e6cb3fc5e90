package import Sky
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
            case .streaming: StreamingLightCurve.plainChannelNames
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

    /// Takes the means and standard deviations of channels and features from records; where quantiles are asked for, also
    /// those of features and constants, and takes out the ones that are too rarely known to tell anything.
    package static func standardise(
        _ manifest: inout ModelManifest,
        by records: [Record],
        quantiles: Int = 0,
        fewest: Int = 0
    ) {
        let input = LightCurveInput(manifest.photometry, PeriodCache())
        if manifest.variant == .streaming {
            let width = input.channels
            var moments = Array(repeating: Moments(), count: width)
            let memory = AlignedFloats(count: width * input.maximumPoints)
            defer { withExtendedLifetime(memory) {} }
            for record in records {
                let count = input.writeRaw(record, to: memory.pointer)
                for place in 0..<count * width { moments[place % width].add(memory.pointer[place]) }
            }
            manifest.photometry.mean = moments.map(\.mean)
            manifest.photometry.std = moments.map(\.deviation)
        }
        let features = MetadataFeatures(input: manifest.metadata)
        let rows = records.compactMap(\.metadata).map { features.transformed($0) }
        manifest.metadata.features = scaled(manifest.metadata.features, by: rows, quantiles, fewest)
        let curves = records.filter { !$0.lightCurve.points.isEmpty }
        manifest.photometry.constants = scaled(
            manifest.photometry.constants,
            by: curves.map { input.constantValues($0) },
            quantiles,
            fewest
        )
    }

    private static func scaled(
        _ features: [MetadataInput.Feature],
        by rows: [[Float]],
        _ quantiles: Int,
        _ fewest: Int
    ) -> [MetadataInput.Feature] {
        features.enumerated().compactMap { place, feature in
            var (feature, moments) = (feature, Moments())
            let values = rows.map { $0[place] }.filter(\.isFinite).sorted()
            guard values.count >= fewest else { return nil }
            for value in values { moments.add(value) }
            (feature.mean, feature.std) = (moments.mean, moments.deviation)
            if quantiles > 0, let last = values.indices.last {
                let edges = (0...quantiles).map { values[$0 * last / quantiles] }
                feature.edges = edges.reduce(into: []) { kept, edge in
                    if kept.last ?? -.infinity < edge { kept.append(edge) }
                }
                if feature.edges.count < 2 { feature.edges = [] }
            }
            return feature
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
