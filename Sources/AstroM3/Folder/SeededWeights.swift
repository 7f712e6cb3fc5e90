import Ground
import Sky
import Tensor

/// The tensors of an untrained model, by the published key names: uniform in +-1/sqrt(inputs), as PyTorch begins,
/// normalisations neutral. The same seed gives the same weights on every machine.
struct SeededWeights {
    private let manifest: ModelManifest
    private var tensors: [String: Specification] = [:]

    private struct Specification {
        enum Start {
            case constant(Float)
            case uniform(inputs: Int)
        }

        var shape: [Int]
        var start: Start
    }

    /// All tensors that a model of this manifest reads.
    static func make(_ manifest: ModelManifest) -> [String: ShapedArray] {
        SeededWeights.specifications(manifest).reduce(into: [:]) { tensors, entry in
            let (name, specification) = entry
            tensors[name] = ShapedArray(
                shape: specification.shape,
                values: values(name, specification, seed: manifest.seed)
            )
        }
    }

    /// Their shapes.
    static func shapes(_ manifest: ModelManifest) -> [String: [Int]] {
        specifications(manifest).mapValues(\.shape)
    }

    private static func values(_ name: String, _ specification: Specification, seed: UInt64) -> [Float] {
        let count = specification.shape.reduce(1, *)
        switch specification.start {
        case .constant(let value):
            return Array(repeating: value, count: count)
        case .uniform(let inputs):
            var generator = SplitMix64(seed: seed, name: name)
            let bound = 1 / Float(inputs).squareRoot()
            return (0..<count).map { _ in generator.uniform() * bound }
        }
    }

    private static func specifications(_ manifest: ModelManifest) -> [String: Specification] {
        var weights = SeededWeights(manifest: manifest)
        weights.addPhotometry()
        weights.addSpectrum()
        weights.addMetadata()
        weights.addLinear(
            "fc",
            inputs: manifest.architecture.embedding,
            outputs: manifest.taxonomy.classes.count
        )
        return weights.tensors
    }

    private init(manifest: ModelManifest) {
        self.manifest = manifest
    }

    private mutating func addPhotometry() {
        let architecture = manifest.architecture
        let width = architecture.modelWidth
        let inner = architecture.feedForwardWidth
        let name = "photometry_encoder."
        let channels = manifest.photometry.channels.count
        add(
            name + "enc_embedding.value_embedding.tokenConv.weight",
            shape: [width, channels, 3],
            inputs: 3 * channels
        )
        for layer in 0..<architecture.layers {
            let name = "\(name)encoder.attn_layers.\(layer)."
            for part in ["query", "key", "value", "out"] {
                addLinear("\(name)attention.\(part)_projection", inputs: width, outputs: width)
            }
            addConvolution(name + "conv1", shape: [inner, width, 1])
            addConvolution(name + "conv2", shape: [width, inner, 1])
            addNorm(name + "norm1", width)
            addNorm(name + "norm2", width)
        }
        addNorm(name + "encoder.norm", width)
        switch manifest.variant {
        case .published:
            addLinear(
                "photometry_proj",
                inputs: manifest.photometry.maximumPoints * width,
                outputs: architecture.embedding
            )
        case .streaming:
            addLinear("photometry_proj_pooled", inputs: width, outputs: architecture.embedding)
        }
    }

    private mutating func addSpectrum() {
        let channels = [3, 64, 64, 32, 32]
        for stage in 0..<4 {
            addConvolution(
                "spectra_encoder.layers.\(3 * stage)",
                shape: [channels[stage + 1], channels[stage], 3]
            )
        }
        let length = SpectrumEncoder.length(after: 4, points: manifest.spectrum.points)
        addLinear("spectra_proj", inputs: 32 * length, outputs: manifest.architecture.embedding)
    }

    private mutating func addMetadata() {
        let width = MetadataEncoder.width
        addLinear("metadata_encoder.model.0", inputs: manifest.metadata.features.count, outputs: width)
        addLinear("metadata_encoder.model.3", inputs: width, outputs: width)
        addLinear("metadata_proj", inputs: width, outputs: manifest.architecture.embedding)
    }

    private mutating func addLinear(_ name: String, inputs: Int, outputs: Int) {
        add(name + ".weight", shape: [outputs, inputs], inputs: inputs)
        add(name + ".bias", shape: [outputs], inputs: inputs)
    }

    private mutating func addConvolution(_ name: String, shape: [Int]) {
        add(name + ".weight", shape: shape, inputs: shape[1] * shape[2])
        add(name + ".bias", shape: [shape[0]], inputs: shape[1] * shape[2])
    }

    private mutating func addNorm(_ name: String, _ width: Int) {
        tensors[name + ".weight"] = Specification(shape: [width], start: .constant(1))
        tensors[name + ".bias"] = Specification(shape: [width], start: .constant(0))
    }

    private mutating func add(_ name: String, shape: [Int], inputs: Int) {
        tensors[name] = Specification(shape: shape, start: .uniform(inputs: inputs))
    }
}
