import Glibc

/// How likely noise alone has so high a peak.
enum FalseAlarm {
    /// The probability that white noise has a peak of at least this power anywhere below a frequency: Baluev 2008,
    /// MNRAS 385, 1279, for errors of which only the ratios are known (his z1).
    ///
    /// - Parameters:
    ///   - power: The share of chi2 removed, 0 ... 1.
    ///   - points: What was searched. The model without a sinusoid has a parameter a band.
    ///   - maximumFrequency: The highest that was searched, per day.
    static func probability(power: Double, points: SearchedPoints, maximumFrequency: Double) -> Double {
        let free = Double(points.count - points.bands.count)
        guard free > 3 else { return 1 }
        let mean = zip(points.weights, points.times).reduce(0) { $0 + $1.0 * $1.1 }
        let variance = zip(points.weights, points.times).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
        let width = maximumFrequency * (4 * Double.pi * variance).squareRoot()
        let rest = 1 - min(max(power, 0), 1)
        let gamma = (2 / free).squareRoot() * exp(lgamma(free / 2) - lgamma((free - 1) / 2))
        let single = pow(rest, (free - 2) / 2)
        let expected = gamma * width * pow(rest, (free - 3) / 2) * (free * (1 - rest) / 2).squareRoot()
        // 1 - (1 - single) exp(-expected), without losing what is small.
        return min(max(single - (1 - single) * expm1(-expected), 0), 1)
    }
}
