internal import Glibc

extension CalibrationFit {
    /// Whether a factor of the temperatures stands where its search ends, within 1/e to e: then none of them fits.
    package static func isAtBound(factor: Double) -> Bool { abs(log(factor)) > 0.999 }
}
