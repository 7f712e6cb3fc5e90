/// The instruction set that the kernels use, chosen once at run time.
public enum DispatchLevel: Int, Sendable, CaseIterable, Comparable {
    /// What every CPU of the architecture has.
    case portable = 0
    /// AVX2 and FMA.
    case avx2 = 1
    /// AVX-512 F, DQ, BW and VL.
    case avx512 = 2

    /// Orders by vector width.
    public static func < (left: DispatchLevel, right: DispatchLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
