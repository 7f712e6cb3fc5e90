internal import CKernels

/// The instruction set that the kernels use, chosen once at run time.
package enum DispatchLevel: Int, Sendable, CaseIterable, Comparable {
    /// What every CPU of the architecture has.
    case portable = 0
    /// AVX2 and FMA.
    case avx2 = 1
    /// AVX-512 F, BW, DQ and VL.
    case avx512 = 2

    /// The widest level of this CPU.
    package static let best = DispatchLevel(rawValue: Int(tk_best_level())) ?? .portable

    /// The levels that this CPU has, narrowest first.
    package static var available: [DispatchLevel] {
        allCases.filter { tk_kernels_for(Int32($0.rawValue)) != nil }
    }

    /// Orders by vector width.
    package static func < (left: DispatchLevel, right: DispatchLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
