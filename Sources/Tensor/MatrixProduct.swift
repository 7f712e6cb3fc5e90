internal import COpenBLAS

/// A matrix in memory as it enters a product: row-major, read as it is or transposed. It holds the pointer only: an array
/// that is handed over as one is gone before the product (`withUnsafeBufferPointer` keeps it).
package struct MatrixOperand<Scalar> {
    /// The first element.
    package let pointer: UnsafePointer<Scalar>
    /// The distance of two rows in memory.
    package let stride: Int
    /// Whether it enters transposed.
    package let isTransposed: Bool

    /// A matrix as it stands in memory.
    package init(_ pointer: UnsafePointer<Scalar>, stride: Int) {
        self.init(pointer, stride: stride, isTransposed: false)
    }

    private init(_ pointer: UnsafePointer<Scalar>, stride: Int, isTransposed: Bool) {
        self.pointer = pointer
        self.stride = stride
        self.isTransposed = isTransposed
    }

    /// The same memory, rows for columns.
    package var transposed: MatrixOperand {
        MatrixOperand(pointer, stride: stride, isTransposed: !isTransposed)
    }

    fileprivate var order: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}

/// Numbers of which OpenBLAS multiplies matrices.
package protocol MatrixScalar: BinaryFloatingPoint, Sendable {
    /// C (m, n) = factor x A (m, k) B (k, n) + kept x C, C row-major. With `kept` 0 what stands in C does not count.
    static func multiply(
        _ a: MatrixOperand<Self>,
        _ b: MatrixOperand<Self>,
        m: Int,
        k: Int,
        n: Int,
        factor: Self,
        into c: UnsafeMutablePointer<Self>,
        stride: Int,
        kept: Self
    )
}

// Workers are threads of their own; a threaded BLAS under them would fight for the same cores.
private let oneThread: Void = openblas_set_num_threads(1)

extension Float: MatrixScalar {
    /// C (m, n) = factor x A (m, k) B (k, n) + kept x C.
    package static func multiply(
        _ a: MatrixOperand<Float>,
        _ b: MatrixOperand<Float>,
        m: Int,
        k: Int,
        n: Int,
        factor: Float = 1,
        into c: UnsafeMutablePointer<Float>,
        stride: Int,
        kept: Float = 0
    ) {
        _ = oneThread
        guard m > 0, n > 0 else { return }
        cblas_sgemm(
            CblasRowMajor,
            a.order,
            b.order,
            blasint(m),
            blasint(n),
            blasint(k),
            factor,
            a.pointer,
            blasint(a.stride),
            b.pointer,
            blasint(b.stride),
            kept,
            c,
            blasint(stride)
        )
    }
}

extension Double: MatrixScalar {
    /// C (m, n) = factor x A (m, k) B (k, n) + kept x C.
    package static func multiply(
        _ a: MatrixOperand<Double>,
        _ b: MatrixOperand<Double>,
        m: Int,
        k: Int,
        n: Int,
        factor: Double = 1,
        into c: UnsafeMutablePointer<Double>,
        stride: Int,
        kept: Double = 0
    ) {
        _ = oneThread
        guard m > 0, n > 0 else { return }
        cblas_dgemm(
            CblasRowMajor,
            a.order,
            b.order,
            blasint(m),
            blasint(n),
            blasint(k),
            factor,
            a.pointer,
            blasint(a.stride),
            b.pointer,
            blasint(b.stride),
            kept,
            c,
            blasint(stride)
        )
    }
}
