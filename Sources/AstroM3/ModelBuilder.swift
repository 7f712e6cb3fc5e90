public import Sky
import FoundationEssentials
import Tensor

/// Makes model folders.
public enum ModelBuilder {
    /// An object that novelty is measured against, with its label.
    public struct ReferenceRecord: Sendable {
        /// Name of the object.
        public var name: String
        /// Its label.
        public var label: String
        /// What is known of it.
        public var record: Record

        /// A reference object.
        public init(name: String, label: String, record: Record) {
            self.name = name
            self.label = label
            self.record = record
        }
    }

    /// Makes the folder of a model whose weights come from a seed, with reference embeddings of the given objects,
    /// from whose values the means and standard deviations of the inputs are taken too.
    ///
    /// - Throws: `ModelError` where the folder holds a model already or cannot be written.
    public static func createUntrained(
        folder: String,
        name: String = "astrom3",
        version: String = "0.0.0",
        seed: UInt64,
        variant: ModelManifest.Variant = .streaming,
        layers: Int = 8,
        references: [ReferenceRecord]
    ) throws(ModelError) {
        var manifest = defaults(name: name, version: version, seed: seed, variant: variant, layers: layers)
        standardise(&manifest, by: references.map(\.record))
        try create(folder: folder, manifest: manifest, references: references)
    }

    /// Computes the checksums of a folder anew after a meant change of `model.json` or of a tensor file.
    public static func seal(folder: String) throws(ModelError) {
        try ModelFolder(path: folder).seal()
    }

    /// A model of a manifest with weights from its seed and without reference objects, in memory only.
    static func untrained(_ manifest: ModelManifest, kernels: Kernels = .best) throws(ModelError) -> Model {
        try manifest.validate()
        do {
            let weights = try SafeTensors(SafeTensors.encode(SeededWeights.make(manifest)))
            let none = ReferenceObjects(
                objects: [],
                labels: [],
                dimension: manifest.architecture.embedding,
                k: manifest.novelty.k,
                subsets: [:]
            )
            return try Model(manifest: manifest, weights: weights, references: none, kernels: kernels)
        } catch let error as ModelError {
            throw error
        } catch {
            throw .file(path: ModelFolder.weights, reason: "\(error)")
        }
    }

    /// Makes the folder of a manifest with weights from its seed.
    static func create(
        folder: String,
        manifest: ModelManifest,
        references: [ReferenceRecord]
    ) throws(ModelError) {
        let model = try untrained(manifest)
        let inferences = model.infer(references.map(\.record), workspace: InferenceWorkspace(model))
        var manifest = manifest
        manifest.references = ReferenceNames(objects: references.map(\.name), labels: references.map(\.label))
        let tensors = ReferenceTensors.make(
            inferences.map {
                ReferenceTensors.Embeddings(
                    photometry: $0.photometryEmbedding,
                    spectrum: $0.spectrumEmbedding,
                    metadata: $0.metadataEmbedding
                )
            },
            dimension: manifest.architecture.embedding,
            k: manifest.novelty.k,
            kernels: model.kernels
        )
        try ModelFolder(path: folder).write(manifest, weights: SeededWeights.make(manifest), references: tensors)
    }
}

extension ModelBuilder {
    /// The manifest of a new model before anything is known of its inputs' means.
    static func defaults(
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
                features: Metadata.features.map {
                    MetadataInput.Feature(name: $0, transform: transform(of: $0), mean: 0, std: 1)
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

    /// What the published model does to a column of the catalogue.
    private static func transform(of feature: String) -> MetadataInput.Transform {
        switch feature {
        case "mean_vmag", "phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag", "j_mag", "h_mag", "k_mag",
            "w1_mag",
            "w2_mag", "w3_mag", "w4_mag":
            .absoluteMagnitude
        case "l": .cosine
        case "b": .sine
        default: .raw
        }
    }

    /// Takes the means and standard deviations of channels and features from records.
    private static func standardise(_ manifest: inout ModelManifest, by records: [Record]) {
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
        for place in manifest.metadata.features.indices {
            var moments = Moments()
            for metadata in records.compactMap(\.metadata) { moments.add(features.transformed(place, metadata)) }
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
