import Tensor

/// One layer of the photometry encoder: attention and two linear maps, each added to its input and normalised
/// (post-norm, Vaswani et al. 2017). Works in place on packed tokens (tokens, width) of several alerts.
struct EncoderLayer: Sendable {
    /// Memory between the steps of a layer.
    struct Memory {
        var projected: UnsafeMutablePointer<Float>
        var context: UnsafeMutablePointer<Float>
        var hidden: UnsafeMutablePointer<Float>
        var scratch: UnsafeMutablePointer<Float>
    }

    /// How the heads' contexts are put together.
    enum HeadMerge {
        /// Side by side in each token.
        case interleaved
        /// The published code's: (heads, steps, 32) read as (steps, heads x 32) without transposing back.
        case untransposed
    }

    private let architecture: Architecture
    private let kernels: Kernels
    private let projections: PackedLinear
    private let attentionOutput: PackedLinear
    private let expand: PackedLinear
    private let contract: PackedLinear
    private let firstNorm: (gain: FrozenFloats, bias: FrozenFloats)
    private let secondNorm: (gain: FrozenFloats, bias: FrozenFloats)

    init(_ name: String, architecture: Architecture, weights: Weights) throws(ModelError) {
        let width = architecture.modelWidth
        self.architecture = architecture
        kernels = weights.kernels
        var weight: [Float] = []
        var bias: [Float] = []
        for part in ["query", "key", "value"] {
            weight += try weights.values("\(name).attention.\(part)_projection.weight", [width, width])
            bias += try weights.values("\(name).attention.\(part)_projection.bias", [width])
        }
        projections = PackedLinear(weight: weight, bias: bias, inputs: width, outputs: 3 * width, kernels: kernels)
        attentionOutput = try weights.linear("\(name).attention.out_projection", inputs: width, outputs: width)
        let inner = architecture.feedForwardWidth
        expand = try weights.convolution("\(name).conv1", channels: width, outputs: inner, taps: 1, bias: true)
        contract = try weights.convolution("\(name).conv2", channels: inner, outputs: width, taps: 1, bias: true)
        firstNorm = (
            try weights.frozen("\(name).norm1.weight", width), try weights.frozen("\(name).norm1.bias", width)
        )
        secondNorm = (
            try weights.frozen("\(name).norm2.weight", width), try weights.frozen("\(name).norm2.bias", width)
        )
    }

    func apply(tokens: UnsafeMutablePointer<Float>, lengths: [Int], merge: HeadMerge, memory: Memory) {
        let width = architecture.modelWidth
        let count = lengths.reduce(0, +)
        projections.apply(rows: count, input: tokens, output: memory.projected)
        var first = 0
        for length in lengths {
            kernels.attention(
                length: length,
                heads: architecture.heads,
                qkv: memory.projected + first * 3 * width,
                stride: 3 * width,
                output: memory.context + first * width,
                rowStride: merge == .interleaved ? width : Kernels.headWidth,
                headStride: merge == .interleaved ? Kernels.headWidth : length * Kernels.headWidth,
                scratch: memory.scratch
            )
            first += length
        }
        for first in stride(from: 0, to: count, by: Kernels.blockRows) {
            mix(
                rows: min(Kernels.blockRows, count - first),
                tokens: tokens + first * width,
                context: memory.context + first * width,
                hidden: memory.hidden
            )
        }
    }

    private func mix(
        rows: Int,
        tokens: UnsafeMutablePointer<Float>,
        context: UnsafeMutablePointer<Float>,
        hidden: UnsafeMutablePointer<Float>
    ) {
        let width = architecture.modelWidth
        attentionOutput.apply(rows: rows, input: context, output: tokens, epilogue: .accumulate)
        kernels.layerNorm(
            rows: rows,
            width: width,
            input: tokens,
            gain: firstNorm.gain,
            bias: firstNorm.bias,
            output: tokens
        )
        expand.apply(rows: rows, input: tokens, output: hidden, epilogue: .gelu)
        contract.apply(rows: rows, input: hidden, output: tokens, epilogue: .accumulate)
        kernels.layerNorm(
            rows: rows,
            width: width,
            input: tokens,
            gain: secondNorm.gain,
            bias: secondNorm.bias,
            output: tokens
        )
    }
}
