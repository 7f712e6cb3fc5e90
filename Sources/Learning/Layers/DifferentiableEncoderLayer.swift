import AstroM3

/// One layer of the photometry encoder with what its backward needs: attention and two linear maps, each added to its input
/// and normalised (post-norm, Vaswani et al. 2017), as `AstroM3.EncoderLayer` computes it in place.
final class DifferentiableEncoderLayer<Scalar: TrainingScalar> {
    private let width: Int
    private let inner: Int
    private let query: DifferentiableLinear
    private let key: DifferentiableLinear
    private let value: DifferentiableLinear
    private let attention: DifferentiableAttention
    private let attentionOutput: DifferentiableLinear
    private let expand: DifferentiableLinear
    private let contract: DifferentiableLinear
    private let firstNorm: DifferentiableNorm
    private let secondNorm: DifferentiableNorm

    // What is kept from the forward for the backward, in rows of one token each.
    private let input = Buffer<Scalar>()
    private let projected = Buffer<Scalar>()
    private let context = Buffer<Scalar>()
    private let firstStandardised = Buffer<Scalar>()
    private let firstInverse = Buffer<Scalar>()
    private let between = Buffer<Scalar>()
    private let expanded = Buffer<Scalar>()
    private let secondStandardised = Buffer<Scalar>()
    private let secondInverse = Buffer<Scalar>()

    init(_ layers: EncoderLayer.Layers, _ architecture: Architecture, _ layout: ParameterLayout) {
        width = architecture.modelWidth
        inner = architecture.feedForwardWidth
        query = DifferentiableLinear(layers.query, layout)
        key = DifferentiableLinear(layers.key, layout)
        value = DifferentiableLinear(layers.value, layout)
        attention = DifferentiableAttention(heads: architecture.heads, headWidth: width / architecture.heads)
        attentionOutput = DifferentiableLinear(layers.attentionOutput, layout)
        expand = DifferentiableLinear(layers.expand, layout)
        contract = DifferentiableLinear(layers.contract, layout)
        firstNorm = DifferentiableNorm(layers.firstNorm, layout)
        secondNorm = DifferentiableNorm(layers.secondNorm, layout)
    }

    /// Scratch memory that the layers of an encoder share.
    struct Scratch {
        let attention = Buffer<Scalar>()
        let hidden = Buffer<Scalar>()
        let hiddenGradient = Buffer<Scalar>()
        let projectedGradient = Buffer<Scalar>()
        let tokens = Buffer<Scalar>()
    }

    /// Replaces the tokens (sum of lengths, width) by the layer's.
    func forward(
        _ tokens: UnsafeMutablePointer<Scalar>,
        lengths: [Int],
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = lengths.reduce(0, +)
        let x = input.reserve(rows * width)
        x.update(from: tokens, count: rows * width)
        let qkv = projected.reserve(3 * rows * width)
        for (part, map) in [query, key, value].enumerated() {
            map.forward(rows: rows, x, qkv + part * width, stride: 3 * width, parameters)
        }
        let context = context.reserve(rows * width)
        attention.forward(lengths: lengths, qkv, context, scratch: scratch.attention)
        attentionOutput.forward(rows: rows, context, tokens, adds: true, parameters)
        let between = between.reserve(rows * width)
        firstNorm.forward(
            rows: rows,
            tokens,
            between,
            standardised: firstStandardised.reserve(rows * width),
            inverse: firstInverse.reserve(rows),
            parameters
        )
        let expanded = expanded.reserve(rows * inner)
        expand.forward(rows: rows, between, expanded, parameters)
        let hidden = scratch.hidden.reserve(rows * inner)
        Scalar.gelu(rows * inner, expanded, hidden)
        tokens.update(from: between, count: rows * width)
        contract.forward(rows: rows, hidden, tokens, adds: true, parameters)
        secondNorm.forward(
            rows: rows,
            tokens,
            tokens,
            standardised: secondStandardised.reserve(rows * width),
            inverse: secondInverse.reserve(rows),
            parameters
        )
    }

    /// Replaces the gradient of the layer's result by that of its input.
    func backward(
        _ gradient: UnsafeMutablePointer<Scalar>,
        lengths: [Int],
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = lengths.reduce(0, +)
        secondNorm.backward(
            rows: rows,
            standardised: secondStandardised.pointer,
            inverse: secondInverse.pointer,
            outputGradient: gradient,
            inputGradient: gradient,
            parameters
        )
        // The hidden rows are computed again rather than kept: they are the largest of all.
        let hidden = scratch.hidden.reserve(rows * inner)
        Scalar.gelu(rows * inner, expanded.pointer, hidden)
        let hiddenGradient = scratch.hiddenGradient.reserve(rows * inner)
        contract.backward(
            rows: rows,
            hidden,
            outputGradient: gradient,
            inputGradient: hiddenGradient,
            parameters
        )
        Scalar.geluBackward(rows * inner, expanded.pointer, hiddenGradient)
        expand.backward(
            rows: rows,
            between.pointer,
            outputGradient: hiddenGradient,
            inputGradient: gradient,
            adds: true,
            parameters
        )
        firstNorm.backward(
            rows: rows,
            standardised: firstStandardised.pointer,
            inverse: firstInverse.pointer,
            outputGradient: gradient,
            inputGradient: gradient,
            parameters
        )
        let contextGradient = scratch.tokens.reserve(rows * width)
        attentionOutput.backward(
            rows: rows,
            context.pointer,
            outputGradient: gradient,
            inputGradient: contextGradient,
            parameters
        )
        let projectedGradient = scratch.projectedGradient.reserve(3 * rows * width)
        attention.backward(
            lengths: lengths,
            projected.pointer,
            contextGradient: contextGradient,
            gradient: projectedGradient,
            scratch: scratch.attention
        )
        for (part, map) in [query, key, value].enumerated() {
            map.backward(
                rows: rows,
                input.pointer,
                outputGradient: projectedGradient + part * width,
                stride: 3 * width,
                inputGradient: gradient,
                adds: true,
                parameters
            )
        }
    }
}
