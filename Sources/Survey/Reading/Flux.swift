internal import Foundation
internal import Sky

/// A flux with one standard deviation, in nJy on the AB scale; NaN where unknown.
struct Flux: Equatable {
    var value: Double
    var error: Double

    static let unknown = Flux(value: .nan, error: .nan)

    /// The sum of two fluxes with independent errors.
    static func + (left: Flux, right: Flux) -> Flux {
        Flux(value: left.value + right.value, error: (left.error * left.error + right.error * right.error).squareRoot())
    }

    /// The flux in another unit, or with the other sign; an error has no sign.
    static func * (flux: Flux, factor: Double) -> Flux {
        Flux(value: flux.value * factor, error: flux.error * abs(factor))
    }
}

extension Flux {
    /// The AB magnitude of 1 nJy: 8.90 for 1 Jy (3631 Jy at magnitude 0; Oke & Gunn 1983, ApJ 266, 713), 2.5 log10 of
    /// 10^9 more for 1 nJy.
    static let nanojanskyMagnitude = ABMagnitude.ofNanojansky

    /// The flux in nJy of a source of an AB magnitude: f = 10^((31.4 - m) / 2.5).
    static func nanojansky(magnitude: Double) -> Double {
        // 10^x as 2^(x log2 10): the same within 1e-14, and the fastest that libm has.
        exp2((nanojanskyMagnitude - magnitude) * log2TenOver2Point5)
    }

    /// The flux of an AB magnitude with its standard deviation, to first order: error = f sigma ln(10) / 2.5. A
    /// magnitude so bright that its flux is no finite number gives none.
    static func magnitude(_ magnitude: Double, sigma: Double) -> Flux {
        let value = nanojansky(magnitude: magnitude)
        guard value.isFinite else { return .unknown }
        return Flux(value: value, error: value * sigma * lnTenOver2Point5)
    }

    private static let log2TenOver2Point5 = 3.321928094887362 / 2.5
    private static let lnTenOver2Point5 = 2.302585092994046 / 2.5
}
