import Glibc
import Sky
import Variability

/// A light curve as its period folds it: the star's constants, and the phase of any time.
struct FoldedLightCurve {
    /// The period; nil where none was found.
    let period: Period?
    /// The star's constants in the order of `StarConstants.names`; NaN for those that need a period where there is none.
    let constants: [Float]
    /// Whether noise would hardly show a period as clear: only then a point's phase says something.
    let isSignificant: Bool
    private let start: Double
    private let minimumPhase: Double

    /// Most points that the constants are computed from: of more, some from all along the light curve.
    static let mostPoints = 1000

    /// The probability of a period as clear in noise below which it counts.
    private static let significance = 1e-3

    /// Of magnitudes and their period; nil where there are no magnitudes.
    init?(_ photometry: StarPhotometry, period: Period?) {
        guard let first = photometry.points.map(\.time).min() else { return nil }
        let usable = period.flatMap { $0.days.isFinite && $0.days > 0 ? $0 : nil }
        let star = StarConstants(Self.thinned(photometry), period: usable?.days)
        guard !star.points.isEmpty else { return nil }
        self.period = usable
        isSignificant = usable.map { $0.logFalseAlarm < log10(Self.significance) } ?? false
        constants = zip(star.values, StarConstants.needsPeriod).map { value, needsPeriod in
            needsPeriod && usable == nil ? .nan : value
        }
        start = first
        minimumPhase = star.minimumPhase
    }

    /// The phase of a time at twice the period, in turns from the faintest point of the fitted curve.
    func phase(at time: Double) -> Float {
        guard let period else { return 0 }
        let turns = (time - start) / (2 * period.days) - minimumPhase
        return Float(turns - turns.rounded(.down))
    }

    private static func thinned(_ photometry: StarPhotometry) -> StarPhotometry {
        let all = photometry.points
        guard all.count > mostPoints else { return photometry }
        let sorted = all.sorted { $0.time < $1.time }
        return StarPhotometry(points: (0..<mostPoints).map { sorted[($0 + 1) * all.count / mostPoints - 1] })
    }
}
