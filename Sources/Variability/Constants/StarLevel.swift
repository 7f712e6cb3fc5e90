import Glibc

/// Brightness, scatter and noise of a star: what needs no period.
struct StarLevel {
    /// The shares at which the magnitudes' percentiles are taken.
    private static let shares: [Float] = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975]

    /// The magnitudes at `shares`.
    let percentiles: [Double]
    /// From the 2.5th percentile to the 97.5th.
    let range: Double
    let medianError: Double
    /// Of 1 / error^2, adding up to 1; no error counts as less than 0.01, and no point as more than ten of the median
    /// error.
    let weights: [Double]
    /// The weighted mean magnitude.
    let mean: Double
    /// The magnitudes about it.
    let offsets: [Double]
    /// Their root mean square, and 0.001 more so that it divides.
    let scatter: Double
    /// Fluxes in units of that of the median magnitude, about their mean.
    let fluxes: [Double]
    /// Their root mean square, and 0.001 more.
    let fluxScatter: Double

    /// The level of a star of one point or more.
    init(_ star: StarMagnitudes) {
        let count = Double(star.count)
        let sorted = star.magnitudes.sorted()
        percentiles = Self.shares.map { sorted[Self.rank(of: $0, among: star.count)] }
        range = percentiles[8] - percentiles[0] + 1e-3
        let medianError = star.errors.sorted()[Self.rank(of: 0.5, among: star.count)]
        let heaviest = 10 / pow(max(medianError, 0.01), 2)
        let raw = star.errors.map { min(1 / pow(max($0, 0.01), 2), heaviest) }
        let sum = raw.reduce(0, +)
        let weights = raw.map { $0 / sum }
        let mean = zip(weights, star.magnitudes).reduce(0) { $0 + $1.0 * $1.1 }
        let offsets = star.magnitudes.map { $0 - mean }
        let median = percentiles[4]
        let relative = star.magnitudes.map { pow(10, min(-0.4 * ($0 - median), 30)) }
        let meanFlux = relative.reduce(0, +) / count
        let fluxes = relative.map { $0 - meanFlux }

        self.medianError = medianError
        self.weights = weights
        self.mean = mean
        self.offsets = offsets
        self.fluxes = fluxes
        scatter = (offsets.reduce(0) { $0 + $1 * $1 } / count).squareRoot() + 1e-3
        fluxScatter = (fluxes.reduce(0) { $0 + $1 * $1 } / count).squareRoot() + 1e-3
    }

    /// The place of a percentile: the nearest, and of two the even one, in single precision as the constants are
    /// defined.
    private static func rank(of share: Float, among count: Int) -> Int {
        Int((Float(count - 1) * share).rounded(.toNearestOrEven))
    }

    /// The first eleven constants; the period is the first of all.
    func beforeFold(_ star: StarMagnitudes, logPeriod: Double) -> [Double] {
        let count = Double(star.count)
        let third = offsets.reduce(0) { $0 + pow($1 / scatter, 3) } / count
        let fourth = offsets.reduce(0) { $0 + pow($1 / scatter, 4) } / count
        let steps = zip(offsets.dropFirst(), offsets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return [
            logPeriod,
            boundedLog(range),
            boundedLog(scatter),
            min(max(third, -8), 8),
            min(fourth, 50),
            boundedLog(medianError),
            mean,
            boundedLog(count),
            boundedLog(star.times[star.count - 1]),
            boundedLog(medianError / scatter),
            steps / (count * 2 * scatter * scatter),
        ]
    }

    /// How the percentiles lie in the range.
    var percentileRatios: [Double] {
        [(4, 1), (7, 4), (4, 3), (5, 4), (4, 2), (6, 4)].map { (percentiles[$0.0] - percentiles[$0.1]) / range }
    }
}

/// The decadic logarithm of at least 0.001.
func boundedLog(_ value: Double) -> Double { log10(max(value, 1e-3)) }
