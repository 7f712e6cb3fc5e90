package import Tensor

/// Products and sums over rows as OpenBLAS and plain loops do them.
extension TrainingScalar {
    package static func product(
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
    ) {
        if let bias {
            for row in 0..<m {
                let c = c + row * stride
                if adds { for j in 0..<n { c[j] += bias[j] } } else { c.update(from: bias, count: n) }
            }
        }
        // OpenBLAS wants rows that do not overlap.
        withRows(a, stride: aStride, rows: m, width: k) { a in
            multiply(a, b, m: m, k: k, n: n, factor: 1, into: c, stride: stride, kept: adds || bias != nil ? 1 : 0)
        }
    }

    package static func addSumOfProducts(
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
    ) {
        withRows(a, stride: aStride, rows: rows, width: m) { a in
            withRows(b, stride: bStride, rows: rows, width: n) { b in
                multiply(a.transposed, b, m: m, k: rows, n: n, factor: 1, into: c, stride: stride, kept: 1)
            }
        }
        guard let sums else { return }
        for row in 0..<rows { for j in 0..<m { sums[j] += a[row * aStride + j] } }
    }

    package static func addColumnSums(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Self>,
        to sums: UnsafeMutablePointer<Self>
    ) {
        for row in 0..<rows { for j in 0..<width { sums[j] += x[row * width + j] } }
    }

    private static func withRows(
        _ x: UnsafePointer<Self>,
        stride: Int,
        rows: Int,
        width: Int,
        _ body: (MatrixOperand<Self>) -> Void
    ) {
        guard stride < width else { return body(MatrixOperand(x, stride: stride)) }
        let copy = Buffer<Self>(count: rows * width)
        for row in 0..<rows { (copy.pointer + row * width).update(from: x + row * stride, count: width) }
        withExtendedLifetime(copy) { body(MatrixOperand(copy.pointer, stride: width)) }
    }
}
