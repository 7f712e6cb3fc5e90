import Glibc

/// The light curve folded with twice the period, and what harmonics fit it: in magnitudes eight, weighted; in flux,
/// unweighted, four at twice the period and four at the period itself. Twice the period, since an eclipsing binary's
/// periodogram is highest at half of its own.
struct StarFold {
    private static let harmonics = 8
    private static let ridges = (magnitude: 2e-4, flux: 1e-5)

    let logPeriod: Double
    /// In turns, of each point.
    let phases: [Double]
    /// The phase of the faintest point of the magnitudes' curve.
    let minimumPhase: Double
    /// Ten constants of the magnitudes' curve: log of its range, its second minimum, log of the share of chi2 that 1, 2
    /// ... 8 harmonics leave.
    let curve: [Double]
    /// Fifty constants: both fits in flux (17 each), cosines and sines of the magnitudes' curve over half its range.
    let shapes: [Double]

    /// The fold with a period of more than 0 days.
    init(_ star: StarMagnitudes, _ level: StarLevel, period: Double) {
        logPeriod = log10(period)
        let phases = star.times.map { time in
            let turns = time / (2 * period)
            return turns - turns.rounded(.down)
        }
        self.phases = phases
        let all = Array(1...Self.harmonics)
        let sums = HarmonicSums(upTo: 2 * Self.harmonics, phases: phases, weights: level.weights)
        let products = zip(level.weights, level.offsets).map { $0 * $1 }
        let magnitudes = RidgeSystem(
            sums.matrix(of: all),
            HarmonicSums(upTo: Self.harmonics, phases: phases, weights: products).vector(of: all),
            ridge: Self.ridge(Self.ridges.magnitude, harmonics: Self.harmonics)
        )
        let shape = HarmonicShape(coefficients: magnitudes.solution)
        minimumPhase = shape.maximum
        let chi2 = zip(products, level.offsets).reduce(1e-6) { $0 + $1.0 * $1.1 }
        curve = [boundedLog(shape.range), shape.second] + Self.residuals(magnitudes.explained, of: chi2)

        let equal = Array(repeating: 1 / Double(star.count), count: star.count)
        let plain = HarmonicSums(upTo: 2 * Self.harmonics, phases: phases, weights: equal)
        let dimming = HarmonicSums(upTo: Self.harmonics, phases: phases, weights: level.fluxes.map { -$0 * equal[0] })
        let half = shape.range / 2 + 1e-3
        shapes =
            [[1, 2, 3, 4], [2, 4, 6, 8]].flatMap { harmonics in
                let system = RidgeSystem(
                    plain.matrix(of: harmonics),
                    dimming.vector(of: harmonics),
                    ridge: Self.ridge(Self.ridges.flux, harmonics: harmonics.count)
                )
                return Self.fluxConstants(HarmonicShape(coefficients: system.solution)) + [level.fluxScatter]
            } + shape.cosines.map { $0 / half } + shape.sines.map { $0 / half }
    }

    /// A ridge that grows with the square of the harmonic, so that gaps in phase are bridged smoothly.
    private static func ridge(_ strength: Double, harmonics: Int) -> [Double] {
        (0...(2 * harmonics)).map { place in
            let harmonic = Double((place + 1) / 2)
            return strength * harmonic * harmonic + 1e-5
        }
    }

    private static func residuals(_ explained: [Double], of chi2: Double) -> [Double] {
        var sum = 0.0
        var residuals: [Double] = []
        for (place, value) in explained.enumerated() {
            sum += value * value
            if place > 0, place % 2 == 0 { residuals.append(boundedLog(1 - min(sum / chi2, 0.999))) }
        }
        return residuals
    }

    /// Cosines, sines and moduli of four harmonics, range, second minimum, and what tells detached from contact
    /// binaries: a4 - a2 (a2 + 0.125) (Rucinski 1997, AJ 113, 407) and a4 / a2.
    private static func fluxConstants(_ shape: HarmonicShape) -> [Double] {
        let a2 = -shape.cosines[1]
        let a4 = -shape.cosines[3]
        return shape.cosines + shape.sines
            + zip(shape.cosines, shape.sines).map { ($0 * $0 + $1 * $1).squareRoot() }
            + [shape.range, shape.second, a4 - a2 * (a2 + 0.125), a4 / (abs(a2) + 0.01)]
    }
}
