import Tensor

/// Scaled dot-product attention (Vaswani et al. 2017) within each sequence of packed tokens. A row of `qkv` holds the
/// queries of all heads, their keys, their values; a row of the context the heads side by side.
///
/// The probabilities are not kept: the backward computes them again, which costs a fifth of it and saves memory that grows
/// with the square of the length.
struct DifferentiableAttention {
    let heads: Int
    let headWidth: Int

    private var width: Int { heads * headWidth }

    /// The context (tokens, width) of `qkv` (tokens, 3 width).
    func forward<Scalar: TrainingScalar>(
        lengths: [Int],
        _ qkv: UnsafePointer<Scalar>,
        _ context: UnsafeMutablePointer<Scalar>,
        scratch: Buffer<Scalar>
    ) {
        let longest = lengths.max() ?? 0
        let p = scratch.reserve(longest * longest)
        forEachHead(lengths) { length, first, head in
            let query = qkv + first * 3 * width + head * headWidth
            probabilities(length, query, p)
            Scalar.multiply(
                MatrixOperand(p, stride: length),
                MatrixOperand(query + 2 * width, stride: 3 * width),
                m: length,
                k: length,
                n: headWidth,
                factor: 1,
                into: context + first * width + head * headWidth,
                stride: width,
                kept: 0
            )
        }
    }

    /// The gradient of `qkv` (tokens, 3 width) of the context's (tokens, width).
    func backward<Scalar: TrainingScalar>(
        lengths: [Int],
        _ qkv: UnsafePointer<Scalar>,
        contextGradient: UnsafePointer<Scalar>,
        gradient: UnsafeMutablePointer<Scalar>,
        scratch: Buffer<Scalar>
    ) {
        let longest = lengths.max() ?? 0
        let p = scratch.reserve(2 * longest * longest)
        let d = p + longest * longest
        forEachHead(lengths) { length, first, head in
            let query = qkv + first * 3 * width + head * headWidth
            let queryGradient = gradient + first * 3 * width + head * headWidth
            let output = MatrixOperand(contextGradient + first * width + head * headWidth, stride: width)
            func into(_ part: Int) -> UnsafeMutablePointer<Scalar> { queryGradient + part * width }
            probabilities(length, query, p)
            Scalar.multiply(
                output,
                MatrixOperand(query + 2 * width, stride: 3 * width).transposed,
                m: length,
                k: headWidth,
                n: length,
                factor: 1,
                into: d,
                stride: length,
                kept: 0
            )
            Scalar.multiply(
                MatrixOperand(p, stride: length).transposed,
                output,
                m: length,
                k: length,
                n: headWidth,
                factor: 1,
                into: into(2),
                stride: 3 * width,
                kept: 0
            )
            Scalar.softmaxBackward(rows: length, width: length, p, d, scale: scale())
            let scores = MatrixOperand(UnsafePointer(d), stride: length)
            Scalar.multiply(
                scores,
                MatrixOperand(query + width, stride: 3 * width),
                m: length,
                k: length,
                n: headWidth,
                factor: 1,
                into: into(0),
                stride: 3 * width,
                kept: 0
            )
            Scalar.multiply(
                scores.transposed,
                MatrixOperand(query, stride: 3 * width),
                m: length,
                k: length,
                n: headWidth,
                factor: 1,
                into: into(1),
                stride: 3 * width,
                kept: 0
            )
        }
    }

    private func scale<Scalar: TrainingScalar>() -> Scalar { 1 / Scalar(headWidth).squareRoot() }

    /// softmax(Q Kᵀ / sqrt(head width)) (length, length) of one head.
    private func probabilities<Scalar: TrainingScalar>(
        _ length: Int,
        _ query: UnsafePointer<Scalar>,
        _ p: UnsafeMutablePointer<Scalar>
    ) {
        Scalar.multiply(
            MatrixOperand(query, stride: 3 * width),
            MatrixOperand(query + width, stride: 3 * width).transposed,
            m: length,
            k: headWidth,
            n: length,
            factor: 1,
            into: p,
            stride: length,
            kept: 0
        )
        Scalar.softmax(rows: length, width: length, p, scale: scale())
    }

    private func forEachHead(_ lengths: [Int], _ body: (_ length: Int, _ first: Int, _ head: Int) -> Void) {
        var first = 0
        for length in lengths {
            for head in 0..<heads { body(length, first, head) }
            first += length
        }
    }
}
