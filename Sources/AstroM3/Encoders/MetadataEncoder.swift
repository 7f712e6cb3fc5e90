import Tensor

/// The metadata encoder with its projection: two linear maps of width 512 with ReLU.
struct MetadataEncoder: Sendable {
    /// Width of the hidden layers.
    static let width = 512

    /// Inputs of a row.
    let features: Int
    private let embedding: Int
    private let kernels: Kernels
    private let first: PackedLinear
    private let second: PackedLinear
    private let projection: PackedLinear

    init(manifest: ModelManifest, weights: Weights) throws(ModelError) {
        features = manifest.metadata.width
        embedding = manifest.architecture.embedding
        kernels = weights.kernels
        first = try weights.linear("metadata_encoder.model.0", inputs: features, outputs: Self.width)
        second = try weights.linear("metadata_encoder.model.3", inputs: Self.width, outputs: Self.width)
        projection = try weights.linear("metadata_proj", inputs: Self.width, outputs: embedding)
    }

    /// Unit embeddings (count, embedding) of feature rows (count, features). Both hidden buffers hold
    /// count x `width` floats.
    func embed(
        count: Int,
        rows: UnsafePointer<Float>,
        hidden: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>),
        embeddings: UnsafeMutablePointer<Float>
    ) {
        guard count > 0 else { return }
        first.apply(rows: count, input: rows, output: hidden.0, epilogue: .relu)
        second.apply(rows: count, input: hidden.0, output: hidden.1, epilogue: .relu)
        projection.apply(rows: count, input: hidden.1, output: embeddings)
        kernels.normaliseRows(rows: count, width: embedding, values: embeddings, stride: embedding)
    }
}
