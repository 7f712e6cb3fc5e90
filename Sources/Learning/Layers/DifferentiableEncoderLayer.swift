import AstroM3

/// One layer of the photometry encoder with what its backward needs: attention and two linear maps, each added to its input,
/// with a normalisation before or after each, as `AstroM3.EncoderLayer` computes it in place.
final class DifferentiableEncoderLayer<Scalar: TrainingScalar> {
    private let norm: Architecture.NormPlacement
    private let width: Int
    private let inner: Int
    private let query: DifferentiableLinear
    private let key: DifferentiableLinear
    private let value: DifferentiableLinear
    private let attention: DifferentiableAttention<Scalar>
    private let attentionOutput: DifferentiableLinear
    private let expand: DifferentiableLinear
    private let contract: DifferentiableLinear
    private let firstNorm: DifferentiableNorm<Scalar>
    private let secondNorm: DifferentiableNorm<Scalar>

    // What is kept from the forward for the backward, in rows of one token each.

    /// What the projections take: the layer's input, or the first norm's result.
    private let input = Buffer<Scalar>()
    private let projected = Buffer<Scalar>()
    private let context = Buffer<Scalar>()
    /// What the linear maps take: the norm's result that stands before them.
    private let between = Buffer<Scalar>()
    private let expanded = Buffer<Scalar>()

    init(_ layers: EncoderLayer.Layers, _ architecture: Architecture, _ layout: ParameterLayout) {
        norm = architecture.norm
        width = architecture.modelWidth
        inner = architecture.feedForwardWidth
        query = DifferentiableLinear(layers.query, layout)
        key = DifferentiableLinear(layers.key, layout)
        value = DifferentiableLinear(layers.value, layout)
        attention = DifferentiableAttention(heads: architecture.heads, headWidth: architecture.headWidth)
        attentionOutput = DifferentiableLinear(layers.attentionOutput, layout)
        expand = DifferentiableLinear(layers.expand, layout)
        contract = DifferentiableLinear(layers.contract, layout)
        firstNorm = DifferentiableNorm(layers.firstNorm, layout)
        secondNorm = DifferentiableNorm(layers.secondNorm, layout)
    }

    /// Scratch memory that the layers of an encoder share, for one group of sequences.
    struct Scratch {
        let attention = Buffer<Scalar>()
        let hidden = Buffer<Scalar>()
        let hiddenGradient = Buffer<Scalar>()
        /// The gradient of what a map took that stands behind a norm.
        let branchGradient = Buffer<Scalar>()
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
        for kept in [input, context, between] { kept.reserve(rows * width) }
        projected.reserve(3 * rows * width)
        expanded.reserve(rows * inner)
        attention.reserve(rows: rows)
        for norm in [firstNorm, secondNorm] { norm.reserve(rows: rows) }
        for group in TokenGroup.groups(lengths) { forward(group, tokens + group.first * width, scratch, parameters) }
    }

    /// Replaces the gradient of the layer's result by that of its input.
    func backward(
        _ gradient: UnsafeMutablePointer<Scalar>,
        lengths: [Int],
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        for group in TokenGroup.groups(lengths) {
            backward(group, gradient + group.first * width, scratch, parameters)
        }
    }

    private func forward(
        _ group: TokenGroup,
        _ tokens: UnsafeMutablePointer<Scalar>,
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        let (rows, first) = (group.rows, group.first)
        let x = input.pointer + first * width
        switch norm {
        case .after: x.update(from: tokens, count: rows * width)
        case .before: firstNorm.forward(rows: rows, from: first, tokens, x, parameters)
        }
        let qkv = projected.pointer + 3 * first * width
        for (part, map) in [query, key, value].enumerated() {
            map.forward(rows: rows, x, qkv + part * width, stride: 3 * width, parameters)
        }
        let context = context.pointer + first * width
        attention.forward(group, qkv, context, scratch: scratch.attention)
        attentionOutput.forward(rows: rows, context, tokens, adds: true, parameters)
        let between = between.pointer + first * width
        (norm == .after ? firstNorm : secondNorm).forward(rows: rows, from: first, tokens, between, parameters)
        let expanded = expanded.pointer + first * inner
        expand.forward(rows: rows, between, expanded, parameters)
        let hidden = scratch.hidden.reserve(rows * inner)
        Scalar.gelu(rows * inner, expanded, hidden)
        if norm == .after { tokens.update(from: between, count: rows * width) }
        contract.forward(rows: rows, hidden, tokens, adds: true, parameters)
        if norm == .after { secondNorm.forward(rows: rows, from: first, tokens, tokens, parameters) }
    }

    private func backward(
        _ group: TokenGroup,
        _ gradient: UnsafeMutablePointer<Scalar>,
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        let (rows, first) = (group.rows, group.first)
        // What a map took gives its gradient to the sum's at once, or through the norm before the map.
        let branch = norm == .after ? gradient : scratch.branchGradient.reserve(rows * width)
        func backward(
            _ norm: DifferentiableNorm<Scalar>,
            _ outputGradient: UnsafePointer<Scalar>,
            adds: Bool = false
        ) {
            norm.backward(
                rows: rows,
                from: first,
                outputGradient: outputGradient,
                inputGradient: gradient,
                adds: adds,
                parameters
            )
        }
        if norm == .after { backward(secondNorm, gradient) }
        let hiddenGradient = scratch.hiddenGradient.reserve(rows * inner)
        contract.inputGradient(rows: rows, outputGradient: gradient, hiddenGradient, parameters)
        // The hidden rows are computed again rather than kept: they are the largest of all.
        let hidden = scratch.hidden.reserve(rows * inner)
        Scalar.geluForwardBackward(rows * inner, expanded.pointer + first * inner, hidden, hiddenGradient)
        contract.addGradients(rows: rows, hidden, outputGradient: gradient, parameters)
        expand.backward(
            rows: rows,
            between.pointer + first * width,
            outputGradient: hiddenGradient,
            inputGradient: branch,
            adds: norm == .after,
            parameters
        )
        switch norm {
        case .after:
            backward(firstNorm, gradient)
            attentionBackward(group, gradient, branch, scratch, parameters)
        case .before:
            backward(secondNorm, branch, adds: true)
            attentionBackward(group, gradient, branch, scratch, parameters)
            backward(firstNorm, branch, adds: true)
        }
    }

    /// Adds the gradient of what the projections took to `branch`, or writes it there where that is not the gradient itself.
    private func attentionBackward(
        _ group: TokenGroup,
        _ gradient: UnsafePointer<Scalar>,
        _ branch: UnsafeMutablePointer<Scalar>,
        _ scratch: Scratch,
        _ parameters: Parameters<Scalar>
    ) {
        let (rows, first) = (group.rows, group.first)
        let context = context.pointer + first * width
        let contextGradient = scratch.tokens.reserve(rows * width)
        attentionOutput.backward(
            rows: rows,
            context,
            outputGradient: gradient,
            inputGradient: contextGradient,
            parameters
        )
        let projectedGradient = scratch.projectedGradient.reserve(3 * rows * width)
        attention.backward(
            group,
            projected.pointer + 3 * first * width,
            context: context,
            contextGradient: contextGradient,
            gradient: projectedGradient,
            scratch: scratch.attention
        )
        for (part, map) in [query, key, value].enumerated() {
            map.backward(
                rows: rows,
                input.pointer + first * width,
                outputGradient: projectedGradient + part * width,
                stride: 3 * width,
                inputGradient: branch,
                adds: norm == .after || part > 0,
                parameters
            )
        }
    }
}
