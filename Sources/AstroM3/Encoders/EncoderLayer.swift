import Tensor

/// One layer of the photometry encoder: attention and two linear maps, each added to its input and normalised
/// (post-norm, Vaswani et al. 2017). Works in place on packed tokens (tokens, width) of several alerts.
package struct EncoderLayer: Sendable {
    /// What the layer consists of.
    package struct Layers: Layer, Hashable {
        package let query: LinearLayer
        package let key: LinearLayer
        package let value: LinearLayer
        package let attentionOutput: LinearLayer
        package let expand: ConvolutionLayer
        package let contract: ConvolutionLayer
        package let firstNorm: NormLayer
        package let secondNorm: NormLayer

        init(_ name: String, _ architecture: Architecture) {
            let width = architecture.modelWidth
            let inner = architecture.feedForwardWidth
            func projection(_ part: String) -> LinearLayer {
                LinearLayer(name: "\(name).attention.\(part)_projection", inputs: width, outputs: width)
            }
            query = projection("query")
            key = projection("key")
            value = projection("value")
            attentionOutput = projection("out")
            expand = ConvolutionLayer(name: "\(name).conv1", channels: width, outputs: inner, taps: 1)
            contract = ConvolutionLayer(name: "\(name).conv2", channels: inner, outputs: width, taps: 1)
            firstNorm = NormLayer(name: "\(name).norm1", width: width)
            secondNorm = NormLayer(name: "\(name).norm2", width: width)
        }

        package var parameters: [Parameter] {
            [query, key, value, attentionOutput].flatMap(\.parameters) + expand.parameters + contract.parameters
                + firstNorm.parameters + secondNorm.parameters
        }
    }

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
    private let firstNorm: Norm
    private let secondNorm: Norm

    init(_ layers: Layers, architecture: Architecture, weights: Weights) throws(ModelError) {
        self.architecture = architecture
        kernels = weights.kernels
        projections = try weights.linear([layers.query, layers.key, layers.value])
        attentionOutput = try weights.linear(layers.attentionOutput)
        expand = try weights.convolution(layers.expand)
        contract = try weights.convolution(layers.contract)
        firstNorm = try weights.norm(layers.firstNorm)
        secondNorm = try weights.norm(layers.secondNorm)
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
        attentionOutput.apply(rows: rows, input: context, output: tokens, epilogue: .accumulate)
        firstNorm.apply(rows: rows, tokens)
        expand.apply(rows: rows, input: tokens, output: hidden, epilogue: .gelu)
        contract.apply(rows: rows, input: hidden, output: tokens, epilogue: .accumulate)
        secondNorm.apply(rows: rows, tokens)
    }
}
