internal import CKernels

/// The kernels of training: products with weights that change with every step, attention and normalisation with what their
/// backward needs, and the loops between them. Rows have no gaps unless a stride is said; nothing is checked.
extension Kernels {
    /// C (m, n) = A (m, k) B (k, n) + bias, or that added to what stands in C. Rows of A may overlap; it enters as it stands.
    package func product(
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
        table.pointee.product(
            m,
            n,
            k,
            a,
            aStride,
            b.pointer,
            b.stride,
            b.isTransposed ? 1 : 0,
            bias,
            adds ? 1 : 0,
            c,
            stride
        )
    }

    /// Adds Aᵀ B to C (m, n), A (rows, m), B (rows, n), and A's column sums to `sums`. Rows of both may overlap.
    package func addSumOfProducts(
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
        table.pointee.sum_of_products(rows, m, n, a, aStride, b, bStride, c, stride, sums)
    }

    /// Adds the sum of rows (rows, width) to `sums`.
    package func addColumnSums(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        to sums: UnsafeMutablePointer<Float>
    ) {
        table.pointee.add_column_sums(rows, width, x, width, sums)
    }

    /// Floats of scratch that attention's forward and backward need for sequences up to a length.
    package static func attentionTrainingScratch(length: Int) -> Int { tk_attention_training_scratch(length) }

    /// Attention over one sequence with heads 16 or 32 wide: the context (length, heads x head width) of `qkv`
    /// (length, 3 x heads x head width). `kept` (heads, length, 2) is for the backward.
    package func attentionForward(
        length: Int,
        heads: Int,
        headWidth: Int,
        qkv: UnsafePointer<Float>,
        context: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let width = heads * headWidth
        table.pointee.attention_forward(length, heads, headWidth, qkv, 3 * width, context, width, kept, scratch)
    }

    /// The gradient of `qkv` of the context's.
    package func attentionBackward(
        length: Int,
        heads: Int,
        headWidth: Int,
        qkv: UnsafePointer<Float>,
        context: UnsafePointer<Float>,
        contextGradient: UnsafePointer<Float>,
        kept: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let width = heads * headWidth
        table.pointee.attention_backward(
            length,
            heads,
            headWidth,
            qkv,
            3 * width,
            context,
            contextGradient,
            width,
            kept,
            gradient,
            scratch
        )
    }

    /// Layer normalisation of rows (rows, width), width a multiple of 16, in place or not; keeps the standardised rows and
    /// 1 / the deviation of each.
    package func normForward(
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
        table.pointee.norm_forward(rows, width, x, gain, bias, epsilon, y, standardised, inverse)
    }

    /// Writes the gradient of x of that of y, in its place or not, or adds it; adds to the gradients of gain and bias.
    package func normBackward(
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
        table.pointee.norm_backward(
            rows,
            width,
            standardised,
            inverse,
            gain,
            dy,
            dx,
            adds ? 1 : 0,
            gainGradient,
            biasGradient
        )
    }

    /// y = GELU of x, and the gradient times GELU's derivative at x.
    package func geluForwardBackward(
        _ count: Int,
        _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>
    ) {
        table.pointee.gelu_forward_backward(count, x, y, gradient)
    }

    /// The largest of each four rows and of 0, (4 x rows, width) to (rows, width), width a multiple of 16. What is no number
    /// stays so.
    package func reluPool4(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>
    ) {
        table.pointee.relu_pool_4(rows, width, x, y)
    }

    /// The gradient of what was pooled: to the first of equal ones, none where the result is 0.
    package func reluPool4Backward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Float>,
        _ y: UnsafePointer<Float>,
        gradient: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>
    ) {
        table.pointee.relu_pool_4_backward(rows, width, x, y, gradient, dx)
    }

    /// y += x.
    package func add(_ count: Int, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
        table.pointee.add(count, x, y)
    }

    /// One step of AdamW over a run of parameters.
    ///
    /// - Parameters:
    ///   - corrections: 1 - beta to the power of the step's number, of both moments.
    ///   - gradientFactor: what gradients are multiplied with.
    package func adamW(
        _ count: Int,
        rate: Float,
        decay: Float,
        betas: (Float, Float),
        epsilon: Float,
        corrections: (Float, Float),
        gradientFactor: Float,
        gradients: UnsafePointer<Float>,
        values: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>
    ) {
        var step = tk_adam_w(
            rate: rate,
            decay: decay,
            beta1: betas.0,
            beta2: betas.1,
            epsilon: epsilon,
            first_correction: corrections.0,
            second_correction: corrections.1,
            gradient_factor: gradientFactor
        )
        table.pointee.adam_w(count, &step, gradients, values, first, second)
    }
}
