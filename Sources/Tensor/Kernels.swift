internal import CKernels

/// The kernels of one dispatch level. All matrices are row-major; a stride is the distance of two rows in floats.
/// Pointers must cover what the shapes say; nothing is checked here.
package struct Kernels: @unchecked Sendable {
    /// What is done to a result before it is stored.
    package enum Epilogue: Int32, Sendable {
        /// Stored as it is.
        case plain = 0
        /// `max(x, 0)`.
        case relu = 1
        /// `x/2 (1 + erf(x / sqrt 2))`.
        case gelu = 2
        /// Added to what stands in the output.
        case accumulate = 4
    }

    /// Width of an attention head.
    package static let headWidth = 32
    /// Rows that pass through a block of layers together so that what lies between stays in the cache.
    package static let blockRows = 112

    /// Kernels of the widest level of this CPU.
    package static let best = Kernels(level: .best) ?? Kernels(table: tk_kernels_for(0))

    /// The level.
    package let level: DispatchLevel
    let table: UnsafePointer<tk_kernels>

    /// Kernels of a level; nil where this CPU does not have it.
    package init?(level: DispatchLevel) {
        guard let table = tk_kernels_for(Int32(level.rawValue)) else { return nil }
        self.init(table: table)
    }

    private init(table: UnsafePointer<tk_kernels>) {
        self.table = table
        level = DispatchLevel(rawValue: Int(table.pointee.level)) ?? .portable
    }

    /// Floats of scratch that `attention` needs for sequences up to a length.
    package static func attentionScratch(length: Int) -> Int {
        tk_attention_scratch(length)
    }

    /// Scaled dot-product attention over one sequence (Vaswani et al. 2017) with heads 32 wide.
    ///
    /// A row of `qkv` (length, 3 x heads x 32) holds queries, keys and values of all heads. Head h of step i is
    /// written to `output + h * headStride + i * rowStride`.
    package func attention(
        length: Int,
        heads: Int,
        qkv: UnsafePointer<Float>,
        stride: Int,
        output: UnsafeMutablePointer<Float>,
        rowStride: Int,
        headStride: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        table.pointee.attention(length, heads, qkv, stride, output, rowStride, headStride, scratch)
    }

    /// Layer normalisation of rows (rows, width), width a multiple of 16, in place or not.
    package func layerNorm(
        rows: Int,
        width: Int,
        input: UnsafePointer<Float>,
        gain: FrozenFloats,
        bias: FrozenFloats,
        epsilon: Float = 1e-5,
        output: UnsafeMutablePointer<Float>
    ) {
        table.pointee.layer_norm(rows, width, input, width, gain.pointer, bias.pointer, epsilon, output, width)
    }

    /// Mean of rows (rows, width) to (width).
    package func meanRows(
        rows: Int,
        width: Int,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        table.pointee.mean_rows(rows, width, input, width, output)
    }

    /// The largest of each four rows: (4 x rows, width) to (rows, width), width a multiple of 16.
    package func maxPool4(
        rows: Int,
        width: Int,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        table.pointee.max_pool_4(rows, width, input, width, output, width)
    }

    /// Divides each row by its Euclidean length; a row of zeros stays.
    package func normaliseRows(rows: Int, width: Int, values: UnsafeMutablePointer<Float>, stride: Int) {
        table.pointee.normalise_rows(rows, width, values, stride)
    }

    /// The sum of x[i] y[i].
    package func dot(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
        table.pointee.dot(count, x, y)
    }

    /// The k largest of n scores, falling, equal ones in their order; returns how many were found.
    package func topK(
        _ k: Int,
        count: Int,
        scores: UnsafePointer<Float>,
        values: UnsafeMutablePointer<Float>,
        indices: UnsafeMutablePointer<Int32>
    ) -> Int {
        table.pointee.top_k(count, scores, k, values, indices)
    }

    /// e^x, element by element.
    package func exponential(_ x: [Float]) -> [Float] { map(x, table.pointee.exponential) }
    /// erf x, element by element.
    package func errorFunction(_ x: [Float]) -> [Float] { map(x, table.pointee.error_function) }
    /// The exact GELU, element by element.
    package func gelu(_ x: [Float]) -> [Float] { map(x, table.pointee.gelu) }

    /// The exact GELU of a run of numbers, in place or not.
    package func gelu(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        table.pointee.gelu(count, x, y)
    }

    /// Multiplies a gradient by GELU's derivative at x.
    package func geluBackward(_ count: Int, _ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) {
        table.pointee.gelu_backward(count, x, gradient)
    }

    private func map(
        _ x: [Float],
        _ function: (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: x.count) { buffer, count in
            x.withUnsafeBufferPointer { function(x.count, $0.baseAddress, buffer.baseAddress) }
            count = x.count
        }
    }
}
