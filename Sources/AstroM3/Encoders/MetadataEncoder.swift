import Tensor

/// The metadata encoder with its projection: two linear maps with ReLU, 512 wide in the published model.
package struct MetadataEncoder: Sendable {
    /// What the encoder consists of.
    package struct Layers: Layer, Hashable {
        package let first: LinearLayer
        package let second: LinearLayer
        package let projection: LinearLayer

        init(_ manifest: ModelManifest) {
            let name = "metadata_encoder.model"
            let width = manifest.architecture.metadataWidth
            first = LinearLayer(name: "\(name).0", inputs: manifest.metadata.width, outputs: width)
            second = LinearLayer(name: "\(name).3", inputs: width, outputs: width)
            projection = LinearLayer(name: "metadata_proj", inputs: width, outputs: manifest.architecture.embedding)
        }

        package var parameters: [Parameter] { [first, second, projection].flatMap(\.parameters) }
    }

    /// Inputs of a row.
    let features: Int
    /// Width of the hidden layers.
    let width: Int
    private let embedding: Int
    private let kernels: Kernels
    private let first: PackedLinear
    private let second: PackedLinear
    private let projection: PackedLinear

    init(_ layers: Layers, weights: Weights) throws(ModelError) {
        features = layers.first.inputs
        width = layers.first.outputs
        embedding = layers.projection.outputs
        kernels = weights.kernels
        first = try weights.linear(layers.first)
        second = try weights.linear(layers.second)
        projection = try weights.linear(layers.projection)
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
