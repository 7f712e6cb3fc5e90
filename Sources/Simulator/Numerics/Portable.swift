/// Elementary functions out of additions, multiplications and divisions alone.
///
/// The C library's versions differ in the last bit from one release or processor to another. A simulated sky has to
/// have the same bytes everywhere, so it is computed with these. Relative errors stay below 1e-13.
enum Portable {
    static let ln2 = 0.693147180559945309417
    static let ln10 = 2.30258509299404568402
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10

    /// e to the power of `x`; 0 below -700, infinite above 700.
    static func exp(_ x: Double) -> Double {
        guard x > -700 else { return x.isNaN ? x : 0 }
        guard x < 700 else { return .infinity }
        let k = (x / ln2).rounded()
        let r = (x - k * ln2High) - k * ln2Low
        // Taylor's series of the 13th order; |r| <= 0.35.
        var sum = 1.0 / 6_227_020_800
        for coefficient in inverseFactorials {
            sum = sum * r + coefficient
        }
        return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
    }

    /// Natural logarithm; -infinity at 0, NaN below.
    static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x.isFinite else { return x }
        var exponent = Double(x.exponent)
        var m = x.significand
        if m > 1.4142135623730951 {
            m /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is within 0.172.
        let s = (m - 1) / (m + 1)
        let z = s * s
        var sum = 1.0 / 21
        for denominator in oddDenominators {
            sum = sum * z + 1 / denominator
        }
        return exponent * ln2High + (2 * s * sum + exponent * ln2Low)
    }

    /// Decadic logarithm.
    static func log10(_ x: Double) -> Double { log(x) / ln10 }

    /// 10 to the power of `x`.
    static func power10(_ x: Double) -> Double { exp(x * ln10) }

    /// `base` to the power of `exponent`, for a base above 0.
    static func power(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log(base)) }

    /// Sine of an angle in radians.
    static func sin(_ x: Double) -> Double { sineAndCosine(x).sine }

    /// Cosine of an angle in radians.
    static func cos(_ x: Double) -> Double { sineAndCosine(x).cosine }

    /// Sine and cosine of an angle in radians, of at most some ten million turns.
    static func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
        let quarter = (x / (Double.pi / 2)).rounded()
        let r = (x - quarter * 1.57079632673412561417e+00) - quarter * 6.07710050650619224932e-11
        let z = r * r
        var s = -1.0 / 1_307_674_368_000
        for coefficient in sineCoefficients {
            s = s * z + coefficient
        }
        s *= r
        var c = 1.0 / 20_922_789_888_000
        for coefficient in cosineCoefficients {
            c = c * z + coefficient
        }
        switch Int(quarter) & 3 {
        case 0: return (s, c)
        case 1: return (c, -s)
        case 2: return (-s, -c)
        default: return (-c, s)
        }
    }

    /// Arcus sine in radians.
    static func arcsin(_ x: Double) -> Double {
        arctan2(x, (max(0, 1 - x * x)).squareRoot())
    }

    /// Angle of the point (`x`, `y`) in radians, -pi to pi.
    static func arctan2(_ y: Double, _ x: Double) -> Double {
        guard x != 0 || y != 0 else { return 0 }
        let steep = y.magnitude > x.magnitude
        let ratio = steep ? x.magnitude / y.magnitude : y.magnitude / x.magnitude
        // Halve the angle twice, then Taylor's series.
        let half = ratio / (1 + (1 + ratio * ratio).squareRoot())
        let q = half / (1 + (1 + half * half).squareRoot())
        let z = q * q
        var sum = 1.0 / 25
        var n = 23.0
        while n >= 1 {
            sum = 1 / n - sum * z
            n -= 2
        }
        var angle = 4 * q * sum
        if steep { angle = .pi / 2 - angle }
        if x < 0 { angle = .pi - angle }
        return y < 0 ? -angle : angle
    }

    private static let inverseFactorials: [Double] = [
        1.0 / 479_001_600, 1.0 / 39_916_800, 1.0 / 3_628_800, 1.0 / 362_880, 1.0 / 40_320, 1.0 / 5_040, 1.0 / 720,
        1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1,
    ]
    private static let oddDenominators: [Double] = [19, 17, 15, 13, 11, 9, 7, 5, 3, 1]
    private static let sineCoefficients: [Double] = [
        1.0 / 6_227_020_800, -1.0 / 39_916_800, 1.0 / 362_880, -1.0 / 5_040, 1.0 / 120, -1.0 / 6, 1,
    ]
    private static let cosineCoefficients: [Double] = [
        -1.0 / 87_178_291_200, 1.0 / 479_001_600, -1.0 / 3_628_800, 1.0 / 40_320, -1.0 / 720, 1.0 / 24, -0.5, 1,
    ]
}
