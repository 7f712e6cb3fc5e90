import Tensor

/// Scaled dot-product attention (Vaswani et al. 2017) head by head with OpenBLAS, by its definition: all probabilities of a
/// head stand in memory.
extension TrainingScalar {
    package static func attentionScratch(length: Int) -> Int { 2 * length * length }

    package static func attentionForward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Self>,
        context: UnsafeMutablePointer<Self>,
        kept: UnsafeMutablePointer<Self>,
        scratch p: UnsafeMutablePointer<Self>
    ) {
        let (length, width) = (shape.length, shape.width)
        for head in 0..<shape.heads {
            let query = qkv + head * shape.headWidth
            probabilities(shape, query, p)
            multiply(
                MatrixOperand(p, stride: length),
                MatrixOperand(query + 2 * width, stride: 3 * width),
                m: length,
                k: length,
                n: shape.headWidth,
                factor: 1,
                into: context + head * shape.headWidth,
                stride: width,
                kept: 0
            )
        }
    }

    package static func attentionBackward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Self>,
        context: UnsafePointer<Self>,
        contextGradient: UnsafePointer<Self>,
        kept: UnsafePointer<Self>,
        gradient: UnsafeMutablePointer<Self>,
        scratch p: UnsafeMutablePointer<Self>
    ) {
        let (length, width, headWidth) = (shape.length, shape.width, shape.headWidth)
        let slopes = p + length * length
        for head in 0..<shape.heads {
            let query = qkv + head * headWidth
            let output = MatrixOperand(contextGradient + head * headWidth, stride: width)
            func operand(_ part: Int) -> MatrixOperand<Self> { MatrixOperand(query + part * width, stride: 3 * width) }
            func write(_ part: Int, _ a: MatrixOperand<Self>, _ b: MatrixOperand<Self>) {
                let c = gradient + head * headWidth + part * width
                multiply(a, b, m: length, k: length, n: headWidth, factor: 1, into: c, stride: 3 * width, kept: 0)
            }
            probabilities(shape, query, p)
            multiply(
                output,
                operand(2).transposed,
                m: length,
                k: headWidth,
                n: length,
                factor: 1,
                into: slopes,
                stride: length,
                kept: 0
            )
            write(2, MatrixOperand(p, stride: length).transposed, output)
            // Of the probabilities' gradients the scores': scale p (g - sum(p g)).
            for row in 0..<length {
                let (p, g) = (p + row * length, slopes + row * length)
                var sum: Self = 0
                for j in 0..<length { sum += p[j] * g[j] }
                for j in 0..<length { g[j] = scale(shape) * p[j] * (g[j] - sum) }
            }
            let scores = MatrixOperand(UnsafePointer(slopes), stride: length)
            write(0, scores, operand(1))
            write(1, scores.transposed, operand(0))
        }
    }

    private static func scale(_ shape: AttentionShape) -> Self { 1 / Self(shape.headWidth).squareRoot() }

    /// softmax(Q Kᵀ / sqrt(head width)) (length, length) of one head.
    private static func probabilities(
        _ shape: AttentionShape,
        _ query: UnsafePointer<Self>,
        _ p: UnsafeMutablePointer<Self>
    ) {
        let (length, width) = (shape.length, shape.width)
        multiply(
            MatrixOperand(query, stride: 3 * width),
            MatrixOperand(query + width, stride: 3 * width).transposed,
            m: length,
            k: shape.headWidth,
            n: length,
            factor: scale(shape),
            into: p,
            stride: length,
            kept: 0
        )
        for row in 0..<length {
            let p = p + row * length
            var top = -Self.infinity
            for j in 0..<length { top = max(top, p[j]) }
            var sum: Self = 0
            for j in 0..<length {
                p[j] = exponential(p[j] - top)
                sum += p[j]
            }
            for j in 0..<length { p[j] /= sum }
        }
    }
}
