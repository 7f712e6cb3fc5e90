import Glibc
package import Tensor

/// What the trainer computes in: `Float` to train, `Double` to check the gradients. The plain loops (here, in `PlainProducts`
/// and in `PlainAttention`) are what both mean; `Float` has kernels for them (`TrainingFloat`), which the tests hold against
/// them.
package protocol TrainingScalar: MatrixScalar {
    /// e to the power of the value.
    static func exponential(_ x: Self) -> Self
    /// The natural logarithm.
    static func logarithm(_ x: Self) -> Self
    /// The error function.
    static func errorFunction(_ x: Self) -> Self

    /// C (m, n) = A (m, k) B (k, n) + bias, or that added to C. A enters as it stands; its rows may overlap.
    static func product(
        _ a: UnsafePointer<Self>,
        stride aStride: Int,
        _ b: MatrixOperand<Self>,
        m: Int,
        k: Int,
        n: Int,
        bias: UnsafePointer<Self>?,
        adds: Bool,
        into c: UnsafeMutablePointer<Self>,
        stride: Int
    )
    /// Adds Aᵀ B to C (m, n), A (rows, m), B (rows, n), and A's column sums to `sums`. Rows of both may overlap.
    static func addSumOfProducts(
        rows: Int,
        _ a: UnsafePointer<Self>,
        stride aStride: Int,
        m: Int,
        _ b: UnsafePointer<Self>,
        stride bStride: Int,
        n: Int,
        into c: UnsafeMutablePointer<Self>,
        stride: Int,
        sums: UnsafeMutablePointer<Self>?
    )

    /// Adds the sum of rows (rows, width) to `sums`.
    static func addColumnSums(rows: Int, width: Int, _ x: UnsafePointer<Self>, to sums: UnsafeMutablePointer<Self>)

    /// Numbers of scratch that attention needs for sequences up to a length.
    static func attentionScratch(length: Int) -> Int
    /// The context of one sequence (`DifferentiableAttention`), and in `kept` (heads, length, 2) what the backward needs.
    static func attentionForward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Self>,
        context: UnsafeMutablePointer<Self>,
        kept: UnsafeMutablePointer<Self>,
        scratch: UnsafeMutablePointer<Self>
    )
    /// The gradient of `qkv` of the context's.
    static func attentionBackward(
        _ shape: AttentionShape,
        qkv: UnsafePointer<Self>,
        context: UnsafePointer<Self>,
        contextGradient: UnsafePointer<Self>,
        kept: UnsafePointer<Self>,
        gradient: UnsafeMutablePointer<Self>,
        scratch: UnsafeMutablePointer<Self>
    )

    /// Layer normalisation (`DifferentiableNorm`), in place or not, with what the backward needs.
    static func normForward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Self>,
        gain: UnsafePointer<Self>,
        bias: UnsafePointer<Self>,
        epsilon: Self,
        _ y: UnsafeMutablePointer<Self>,
        standardised: UnsafeMutablePointer<Self>,
        inverse: UnsafeMutablePointer<Self>
    )
    /// Writes the gradient of x of that of y, in its place or not, or adds it; adds to the gradients of gain and bias.
    static func normBackward(
        rows: Int,
        width: Int,
        standardised: UnsafePointer<Self>,
        inverse: UnsafePointer<Self>,
        gain: UnsafePointer<Self>,
        _ dy: UnsafePointer<Self>,
        _ dx: UnsafeMutablePointer<Self>,
        adds: Bool,
        gainGradient: UnsafeMutablePointer<Self>,
        biasGradient: UnsafeMutablePointer<Self>
    )

    /// y = x/2 (1 + erf(x / sqrt 2)), element by element: the exact GELU of Hendrycks & Gimpel 2016.
    static func gelu(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    /// Multiplies a gradient by GELU's derivative at x.
    static func geluBackward(_ count: Int, _ x: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
    /// Both at once: y = GELU of x, and the gradient times its derivative.
    static func geluForwardBackward(
        _ count: Int,
        _ x: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>
    )

    /// The largest of each four rows and of 0: (4 x rows, width) to (rows, width).
    static func reluPool4(rows: Int, width: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    /// The gradient of what was pooled: to the first of equal ones, none where the result is 0.
    static func reluPool4Backward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Self>,
        _ y: UnsafePointer<Self>,
        gradient: UnsafePointer<Self>,
        _ dx: UnsafeMutablePointer<Self>
    )

    /// The sum of squares.
    static func squares(_ count: Int, _ x: UnsafePointer<Self>) -> Self
    /// y += x.
    static func add(_ count: Int, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>)
    /// One step of AdamW over a run of parameters (`AdamW`).
    static func adamW(_ count: Int, _ step: AdamWStep<Self>)
}

/// The sizes of attention over one sequence.
package struct AttentionShape: Sendable {
    package let length: Int
    package let heads: Int
    package let headWidth: Int

    package var width: Int { heads * headWidth }

    package init(length: Int, heads: Int, headWidth: Int) {
        (self.length, self.heads, self.headWidth) = (length, heads, headWidth)
    }
}

extension Double: TrainingScalar {
    package static func exponential(_ x: Double) -> Double { Glibc.exp(x) }
    package static func logarithm(_ x: Double) -> Double { Glibc.log(x) }
    package static func errorFunction(_ x: Double) -> Double { Glibc.erf(x) }
}
