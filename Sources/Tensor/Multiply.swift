internal import COpenBLAS

/// General matrix products on OpenBLAS, for shapes that occur once or are not worth packing.
package enum Multiply {
    // Workers are threads of their own; a threaded BLAS under them would fight for the same cores.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// A (m, k) times B (k, n), or B (n, k) transposed, as (m, n), all row-major.
    package static func matrices(
        _ a: [Float],
        _ b: [Float],
        m: Int,
        k: Int,
        n: Int,
        transposeB: Bool = false
    ) -> [Float] {
        precondition(a.count == m * k && b.count == k * n)
        _ = oneThread
        guard m > 0, n > 0, k > 0 else { return [Float](repeating: 0, count: m * n) }
        return [Float](unsafeUninitializedCapacity: m * n) { c, count in
            cblas_sgemm(
                CblasRowMajor,
                CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans,
                blasint(m),
                blasint(n),
                blasint(k),
                1,
                a,
                blasint(k),
                b,
                blasint(transposeB ? k : n),
                0,
                c.baseAddress,
                blasint(n)
            )
            count = m * n
        }
    }
}
