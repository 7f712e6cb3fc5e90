import Tensor

/// One layer of the photometry encoder: attention and two linear maps, each added to its input (Vaswani et al. 2017), with a
/// normalisation before or after each (`Architecture.NormPlacement`). Works in place on packed tokens (tokens, width) of
/// several alerts.
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
        /// `Kernels.blockRows` tokens.
        var block: UnsafeMutablePointer<Float>
        var scratch: UnsafeMutablePointer<Float>
    }

    /// How the heads' contexts are put together.
    enum HeadMerge {
        /// Side by side in each token.
        case interleaved
        /// The published code's: (heads, steps, 32) read as (steps, heads x 32) without transposing back.
        case untransposed
    }

    private let norm: Architecture.NormPlacement
    private let width: Int
    private let heads: HeadPadding
    private let kernels: Kernels
    private let projections: PackedLinear
    private let attentionOutput: PackedLinear
    private let expand: PackedLinear
    private let contract: PackedLinear
    private let firstNorm: Norm
    private let secondNorm: Norm

    init(_ layers: Layers, architecture: Architecture, weights: Weights) throws(ModelError) {
        norm = architecture.norm
        width = architecture.modelWidth
        heads = HeadPadding(architecture)
        kernels = weights.kernels
        projections = try heads.projections(layers, weights)
        attentionOutput = try heads.output(layers.attentionOutput, weights)
        expand = try weights.convolution(layers.expand)
        contract = try weights.convolution(layers.contract)
        firstNorm = try weights.norm(layers.firstNorm)
        secondNorm = try weights.norm(layers.secondNorm)
    }

    func apply(tokens: UnsafeMutablePointer<Float>, lengths: [Int], merge: HeadMerge, memory: Memory) {
        let count = lengths.reduce(0, +)
        project(count, tokens, memory)
        let padded = heads.paddedWidth
        var first = 0
        for length in lengths {
            kernels.attention(
                length: length,
                heads: heads.heads,
                qkv: memory.projected + first * 3 * padded,
                stride: 3 * padded,
                output: memory.context + first * padded,
                rowStride: merge == .interleaved ? padded : Kernels.headWidth,
                headStride: merge == .interleaved ? Kernels.headWidth : length * Kernels.headWidth,
                scratch: memory.scratch
            )
            first += length
        }
        for first in stride(from: 0, to: count, by: Kernels.blockRows) {
            mix(
                rows: min(Kernels.blockRows, count - first),
                tokens: tokens + first * width,
                context: memory.context + first * padded,
                memory
            )
        }
    }

    /// Queries, keys and values of tokens.
    private func project(_ count: Int, _ tokens: UnsafePointer<Float>, _ memory: Memory) {
        switch norm {
        case .after:
            projections.apply(rows: count, input: tokens, output: memory.projected)
        case .before:
            for first in stride(from: 0, to: count, by: Kernels.blockRows) {
                let rows = min(Kernels.blockRows, count - first)
                firstNorm.apply(rows: rows, tokens + first * width, to: memory.block)
                projections.apply(
                    rows: rows,
                    input: memory.block,
                    output: memory.projected + first * projections.outputs
                )
            }
        }
    }

    private func mix(
        rows: Int,
        tokens: UnsafeMutablePointer<Float>,
        context: UnsafePointer<Float>,
        _ memory: Memory
    ) {
        attentionOutput.apply(rows: rows, input: context, output: tokens, epilogue: .accumulate)
        switch norm {
        case .after:
            firstNorm.apply(rows: rows, tokens)
            expand.apply(rows: rows, input: tokens, output: memory.hidden, epilogue: .gelu)
            contract.apply(rows: rows, input: memory.hidden, output: tokens, epilogue: .accumulate)
            secondNorm.apply(rows: rows, tokens)
        case .before:
            secondNorm.apply(rows: rows, tokens, to: memory.block)
            expand.apply(rows: rows, input: memory.block, output: memory.hidden, epilogue: .gelu)
            contract.apply(rows: rows, input: memory.hidden, output: tokens, epilogue: .accumulate)
        }
    }
}
