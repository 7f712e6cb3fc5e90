import Glibc
package import Tensor

/// What the trainer computes in: `Float` to train, `Double` to check the gradients. The plain loops here are what both
/// mean; `Float` has kernels for those that matter (`TrainingFloat`), which the tests hold against them.
package protocol TrainingScalar: MatrixScalar {
    /// e to the power of the value.
    static func exponential(_ x: Self) -> Self
    /// The natural logarithm.
    static func logarithm(_ x: Self) -> Self
    /// The error function.
    static func errorFunction(_ x: Self) -> Self

    /// y = x/2 (1 + erf(x / sqrt 2)), element by element: the exact GELU of Hendrycks & Gimpel 2016.
    static func gelu(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    /// Multiplies a gradient by GELU's derivative at x.
    static func geluBackward(_ count: Int, _ x: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
    /// The softmax of `scale` times each row (rows, width), in place.
    static func softmax(rows: Int, width: Int, _ x: UnsafeMutablePointer<Self>, scale: Self)
    /// The gradient of a softmax's logits of the gradient of its values, in place: scale p (g - sum(p g)).
    static func softmaxBackward(
        rows: Int,
        width: Int,
        _ p: UnsafePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>,
        scale: Self
    )
    /// One step of AdamW over a run of parameters (`AdamW`).
    static func adamW(_ count: Int, _ step: AdamWStep<Self>)
}

extension TrainingScalar {
    package static func gelu(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>) {
        let root = Self(0.5).squareRoot()
        for i in 0..<count { y[i] = x[i] / 2 * (1 + errorFunction(x[i] * root)) }
    }

    package static func geluBackward(_ count: Int, _ x: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>) {
        let (root, density) = (Self(0.5).squareRoot(), 1 / Self(2 * Double.pi).squareRoot())
        for i in 0..<count {
            let distribution = (1 + errorFunction(x[i] * root)) / 2
            gradient[i] *= distribution + x[i] * density * exponential(-x[i] * x[i] / 2)
        }
    }

    package static func softmax(rows: Int, width: Int, _ x: UnsafeMutablePointer<Self>, scale: Self) {
        for row in 0..<rows {
            let x = x + row * width
            var top = -Self.infinity
            for j in 0..<width { top = max(top, x[j]) }
            var sum: Self = 0
            for j in 0..<width {
                x[j] = exponential((x[j] - top) * scale)
                sum += x[j]
            }
            for j in 0..<width { x[j] /= sum }
        }
    }

    package static func softmaxBackward(
        rows: Int,
        width: Int,
        _ p: UnsafePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>,
        scale: Self
    ) {
        for row in 0..<rows {
            let (p, gradient) = (p + row * width, gradient + row * width)
            var dot: Self = 0
            for j in 0..<width { dot += p[j] * gradient[j] }
            for j in 0..<width { gradient[j] = scale * p[j] * (gradient[j] - dot) }
        }
    }

    package static func adamW(_ count: Int, _ step: AdamWStep<Self>) {
        for i in 0..<count {
            let gradient = step.gradients[i] * step.gradientFactor
            step.first[i] = step.beta1 * step.first[i] + (1 - step.beta1) * gradient
            step.second[i] = step.beta2 * step.second[i] + (1 - step.beta2) * gradient * gradient
            let denominator = (step.second[i] / step.secondCorrection).squareRoot() + step.epsilon
            step.values[i] -= step.rate * step.decay * step.values[i]
            step.values[i] -= step.rate * (step.first[i] / step.firstCorrection) / denominator
        }
    }
}

extension Double: TrainingScalar {
    package static func exponential(_ x: Double) -> Double { Glibc.exp(x) }
    package static func logarithm(_ x: Double) -> Double { Glibc.log(x) }
    package static func errorFunction(_ x: Double) -> Double { Glibc.erf(x) }
}
