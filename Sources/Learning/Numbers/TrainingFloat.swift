import Glibc
import Tensor

/// Single precision by the kernels of this CPU.
extension Float: TrainingScalar {
    package static func exponential(_ x: Float) -> Float { Glibc.expf(x) }
    package static func logarithm(_ x: Float) -> Float { Glibc.logf(x) }
    package static func errorFunction(_ x: Float) -> Float { Glibc.erff(x) }

    package static func gelu(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        Kernels.best.gelu(count, x, y)
    }

    package static func geluBackward(_ count: Int, _ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) {
        Kernels.best.geluBackward(count, x, gradient)
    }

    package static func softmax(rows: Int, width: Int, _ x: UnsafeMutablePointer<Float>, scale: Float) {
        Kernels.best.softmaxRows(rows: rows, width: width, values: x, stride: width, scale: scale)
    }
}
