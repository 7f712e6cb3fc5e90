/// Scaled dot-product attention (Vaswani et al. 2017) within each sequence of packed tokens. A row of `qkv` holds the
/// queries of all heads, their keys, their values; a row of the context the heads side by side.
///
/// The probabilities are not kept: the backward computes them again, which costs a fifth of it and saves memory that grows
/// with the square of the length.
final class DifferentiableAttention<Scalar: TrainingScalar> {
    private let heads: Int
    private let headWidth: Int
    /// By which the backward has the probabilities again: two numbers a head and token.
    private let kept = Buffer<Scalar>()

    init(heads: Int, headWidth: Int) {
        (self.heads, self.headWidth) = (heads, headWidth)
    }

    private var width: Int { heads * headWidth }

    /// Makes room for what is kept of so many tokens.
    func reserve(rows: Int) { kept.reserve(2 * heads * rows) }

    /// The context (tokens, width) of `qkv` (tokens, 3 width) of a group.
    func forward(
        _ group: TokenGroup,
        _ qkv: UnsafePointer<Scalar>,
        _ context: UnsafeMutablePointer<Scalar>,
        scratch: Buffer<Scalar>
    ) {
        let kept = kept.pointer + 2 * heads * group.first
        let scratch = scratch.reserve(Scalar.attentionScratch(length: group.lengths.max() ?? 0))
        var first = 0
        for length in group.lengths {
            Scalar.attentionForward(
                AttentionShape(length: length, heads: heads, headWidth: headWidth),
                qkv: qkv + 3 * first * width,
                context: context + first * width,
                kept: kept + 2 * first * heads,
                scratch: scratch
            )
            first += length
        }
    }

    /// The gradient of `qkv` (tokens, 3 width) of the context's (tokens, width), of the last forward.
    func backward(
        _ group: TokenGroup,
        _ qkv: UnsafePointer<Scalar>,
        context: UnsafePointer<Scalar>,
        contextGradient: UnsafePointer<Scalar>,
        gradient: UnsafeMutablePointer<Scalar>,
        scratch: Buffer<Scalar>
    ) {
        let kept = kept.pointer + 2 * heads * group.first
        let scratch = scratch.reserve(Scalar.attentionScratch(length: group.lengths.max() ?? 0))
        var first = 0
        for length in group.lengths {
            Scalar.attentionBackward(
                AttentionShape(length: length, heads: heads, headWidth: headWidth),
                qkv: qkv + 3 * first * width,
                context: context + first * width,
                contextGradient: contextGradient + first * width,
                kept: kept + 2 * first * heads,
                gradient: gradient + 3 * first * width,
                scratch: scratch
            )
            first += length
        }
    }
}
