import Glibc
package import Tensor

/// Single precision by the kernels of this CPU.
extension Float: TrainingScalar {
    package static func exponential(_ x: Float) -> Float { Glibc.expf(x) }
    package static func logarithm(_ x: Float) -> Float { Glibc.logf(x) }
    package static func errorFunction(_ x: Float) -> Float { Glibc.erff(x) }

    package static func product(
        _ a: UnsafePointer<Float>,
        stride aStride: Int,
        _ b: MatrixOperand<Float>,
        m: Int,
        k: Int,
        n: Int,
        bias: UnsafePointer<Float>?,
        adds: Bool,
        into c: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        Kernels.best.product(
            a,
            stride: aStride,
            b,
            m: m,
            k: k,
            n: n,
            bias: bias,
            adds: adds,
            into: c,
            stride: stride
        )
    }

    package static func addSumOfProducts(
        rows: Int,
        _ a: UnsafePointer<Float>,
        stride aStride: Int,
        m: Int,
        _ b: UnsafePointer<Float>,
        stride bStride: Int,
        n: Int,
        into c: UnsafeMutablePointer<Float>,
        stride: Int,
        sums: UnsafeMutablePointer<Float>?
    ) {
        Kernels.best.addSumOfProducts(
            rows: rows,
            a,
            stride: aStride,
            m: m,
            b,
            stride: bStride,
            n: n,
            into: c,
            stride: stride,
            sums: sums
        )
    }

    package static func addColumnSums(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        to sums: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.addColumnSums(rows: rows, width: width, x, to: sums)
    }

    package static func attentionScratch(length: Int) -> Int { Kernels.attentionTrainingScratch(length: length) }

    package static func attentionForward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Float>,
        context: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.attentionForward(
            length: shape.length,
            heads: shape.heads,
            headWidth: shape.headWidth,
            qkv: qkv,
            context: context,
            kept: kept,
            scratch: scratch
        )
    }

    package static func attentionBackward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Float>,
        context: UnsafePointer<Float>,
        contextGradient: UnsafePointer<Float>,
        kept: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.attentionBackward(
            length: shape.length,
            heads: shape.heads,
            headWidth: shape.headWidth,
            qkv: qkv,
            context: context,
            contextGradient: contextGradient,
            kept: kept,
            gradient: gradient,
            scratch: scratch
        )
    }

    package static func normForward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        gain: UnsafePointer<Float>,
        bias: UnsafePointer<Float>,
        epsilon: Float,
        _ y: UnsafeMutablePointer<Float>,
        standardised: UnsafeMutablePointer<Float>,
        inverse: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.normForward(
            rows: rows,
            width: width,
            x,
            gain: gain,
            bias: bias,
            epsilon: epsilon,
            y,
            standardised: standardised,
            inverse: inverse
        )
    }

    package static func normBackward(
        rows: Int,
        width: Int,
        standardised: UnsafePointer<Float>,
        inverse: UnsafePointer<Float>,
        gain: UnsafePointer<Float>,
        _ dy: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>,
        adds: Bool,
        gainGradient: UnsafeMutablePointer<Float>,
        biasGradient: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.normBackward(
            rows: rows,
            width: width,
            standardised: standardised,
            inverse: inverse,
            gain: gain,
            dy,
            dx,
            adds: adds,
            gainGradient: gainGradient,
            biasGradient: biasGradient
        )
    }

    package static func gelu(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        Kernels.best.gelu(count, x, y)
    }

    package static func geluBackward(_ count: Int, _ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) {
        Kernels.best.geluBackward(count, x, gradient)
    }

    package static func geluForwardBackward(
        _ count: Int,
        _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.geluForwardBackward(count, x, y, gradient)
    }

    package static func reluPool4(rows: Int, width: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        Kernels.best.reluPool4(rows: rows, width: width, x, y)
    }

    package static func reluPool4Backward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        _ y: UnsafePointer<Float>,
        gradient: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>
    ) {
        Kernels.best.reluPool4Backward(rows: rows, width: width, x, y, gradient: gradient, dx)
    }

    package static func squares(_ count: Int, _ x: UnsafePointer<Float>) -> Float { Kernels.best.dot(count, x, x) }

    package static func add(_ count: Int, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
        Kernels.best.add(count, x, to: y)
    }

    package static func adamW(_ count: Int, _ step: AdamWStep<Float>) {
        Kernels.best.adamW(
            count,
            rate: step.rate,
            decay: step.decay,
            betas: (step.beta1, step.beta2),
            epsilon: step.epsilon,
            corrections: (step.firstCorrection, step.secondCorrection),
            gradientFactor: step.gradientFactor,
            gradients: step.gradients,
            values: step.values,
            first: step.first,
            second: step.second
        )
    }
}
