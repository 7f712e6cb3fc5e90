import Tensor

/// The spectrum encoder with its projection: a convolutional network after GalSpecNet (Wu et al. 2024, MNRAS 527,
/// 1163), four convolutions of width 3 with ReLU, the first three followed by a pooling of four.
///
/// Rows are wavelengths here, so that the windows of a convolution are overlapping rows of the same memory.
package struct SpectrumEncoder: Sendable {
    private static let channels = [3, 64, 64, 32, 32]

    /// What the encoder consists of.
    package struct Layers: Layer, Hashable {
        package let convolutions: [ConvolutionLayer]
        /// Of the last convolution's output in the order (channels, rows).
        package let projection: LinearLayer

        init(_ manifest: ModelManifest, points: Int) {
            convolutions = (0..<4).map { stage in
                ConvolutionLayer(
                    name: "spectra_encoder.layers.\(3 * stage)",
                    channels: channels[stage],
                    outputs: channels[stage + 1],
                    taps: 3
                )
            }
            projection = LinearLayer(
                name: "spectra_proj",
                inputs: channels[4] * length(after: 4, points: points),
                outputs: manifest.architecture.embedding
            )
        }

        package var parameters: [Parameter] { convolutions.flatMap(\.parameters) + projection.parameters }
    }

    let points: Int
    private let embedding: Int
    private let kernels: Kernels
    private let convolutions: [PackedLinear]
    private let projection: PackedLinear

    /// Fewest points from which the last convolution still has a result.
    static let minimumPoints = 234

    init(_ layers: Layers, points: Int, weights: Weights) throws(ModelError) {
        self.points = points
        embedding = layers.projection.outputs
        kernels = weights.kernels
        var convolutions: [PackedLinear] = []
        for layer in layers.convolutions { convolutions.append(try weights.convolution(layer)) }
        self.convolutions = convolutions
        projection = try weights.linear(layers.projection) { Self.byRows($0, inputs: layers.projection.inputs) }
    }

    /// Rows that are left after a number of stages.
    package static func length(after stages: Int, points: Int) -> Int {
        (0..<stages).reduce(points) { length, stage in stage < 3 ? (length - 2) / 4 : length - 2 }
    }

    /// Floats of one of the two buffers between the stages.
    var memory: Int { points * 64 }

    /// The unit embedding of rows (points, 3). `first` and `second` hold `memory` floats each.
    func embed(
        rows: UnsafePointer<Float>,
        first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>,
        embedding output: UnsafeMutablePointer<Float>
    ) {
        var input = rows
        var length = points
        for (stage, convolution) in convolutions.enumerated() {
            length -= 2
            convolution.apply(
                rows: length,
                input: input,
                inputStride: Self.channels[stage],
                output: first,
                epilogue: .relu
            )
            guard stage < 3 else { break }
            length /= 4
            kernels.maxPool4(rows: length, width: Self.channels[stage + 1], input: first, output: second)
            input = UnsafePointer(second)
        }
        projection.apply(rows: 1, input: first, output: output)
        kernels.normaliseRows(rows: 1, width: embedding, values: output, stride: embedding)
    }

    /// The projection's weights with their inputs in the order (rows, channels) instead of (channels, rows).
    private static func byRows(_ weight: [Float], inputs: Int) -> [Float] {
        let channels = channels[4]
        let length = inputs / channels
        var reordered = [Float](repeating: 0, count: weight.count)
        for output in stride(from: 0, to: weight.count, by: inputs) {
            for channel in 0..<channels {
                for row in 0..<length {
                    reordered[output + row * channels + channel] = weight[output + channel * length + row]
                }
            }
        }
        return reordered
    }
}
