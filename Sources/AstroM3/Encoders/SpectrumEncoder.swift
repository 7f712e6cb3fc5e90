import Tensor

/// The spectrum encoder with its projection: a convolutional network after GalSpecNet (Wu et al. 2024, MNRAS 527,
/// 1163), four convolutions of width 3 with ReLU, the first three followed by a pooling of four.
///
/// Rows are wavelengths here, so that the windows of a convolution are overlapping rows of the same memory.
struct SpectrumEncoder: Sendable {
    private static let channels = [3, 64, 64, 32, 32]

    let points: Int
    private let embedding: Int
    private let kernels: Kernels
    private let convolutions: [PackedLinear]
    private let projection: PackedLinear

    /// Fewest points from which the last convolution still has a result.
    static let minimumPoints = 234

    init(manifest: ModelManifest, weights: Weights) throws(ModelError) {
        points = manifest.spectrum.points
        embedding = manifest.architecture.embedding
        kernels = weights.kernels
        var convolutions: [PackedLinear] = []
        for stage in 0..<4 {
            convolutions.append(
                try weights.convolution(
                    "spectra_encoder.layers.\(3 * stage)",
                    channels: Self.channels[stage],
                    outputs: Self.channels[stage + 1],
                    taps: 3,
                    bias: true
                )
            )
        }
        self.convolutions = convolutions
        projection = try Self.projection(length: Self.length(after: 4, points: points), embedding, weights)
    }

    /// Rows that are left after a number of stages.
    static func length(after stages: Int, points: Int) -> Int {
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

    /// The projection, its inputs in the order (rows, channels) instead of the published (channels, rows).
    private static func projection(length: Int, _ embedding: Int, _ weights: Weights) throws(ModelError) -> PackedLinear
    {
        let channels = Self.channels[4]
        let inputs = length * channels
        let weight = try weights.values("spectra_proj.weight", [embedding, inputs])
        var reordered = [Float](repeating: 0, count: weight.count)
        for output in 0..<embedding {
            for channel in 0..<channels {
                for row in 0..<length {
                    reordered[output * inputs + row * channels + channel] =
                        weight[output * inputs + channel * length + row]
                }
            }
        }
        return PackedLinear(
            weight: reordered,
            bias: try weights.values("spectra_proj.bias", [embedding]),
            inputs: inputs,
            outputs: embedding,
            kernels: weights.kernels
        )
    }
}
