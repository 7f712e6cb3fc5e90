import Glibc

/// What a light curve and its period say of a variable star: 85 numbers of brightness, scatter, noise, the shape of the
/// light curve folded with the period and with twice the period, and how fast it changes. And each point as a share of
/// that.
///
/// Bands are joined by shifting their median magnitudes to that of the band with the most points. Computed in double
/// precision from the usable points in order of time; always finite, within -50 ... 50. All are 0 where there is no
/// point, and those that need a period are 0 where there is none.
package struct StarConstants: Hashable, Sendable {
    /// A point as the constants see it.
    package struct Point: Hashable, Sendable {
        /// Days since the first point.
        package var time: Double
        /// Phase at twice the period, in turns from the faintest point of the fitted curve, -1 ... 1; 0 without a
        /// period.
        package var phase: Float
        /// Flux about its mean, over its scatter.
        package var flux: Float
        /// Magnitude about the weighted mean.
        package var offset: Float
        /// Error of the magnitude over the scatter of magnitudes.
        package var error: Float
    }

    /// The constants, in the order of `names`.
    package let values: [Float]
    /// The phase of the faintest point of the curve fitted at twice the period, in turns from the first point's time; 0
    /// without a period.
    package let minimumPhase: Double
    /// The usable points by time.
    package let points: [Point]

    /// How many there are.
    package static let count = 85

    /// The constants of magnitudes and a period in days; nil where none was found.
    package init(_ photometry: StarPhotometry, period: Double?) {
        let star = StarMagnitudes(photometry)
        guard star.count > 0 else {
            values = Array(repeating: 0, count: Self.count)
            minimumPhase = 0
            points = []
            return
        }
        let level = StarLevel(star)
        let fold = period.flatMap { $0.isFinite && $0 > 0 ? StarFold(star, level, period: $0) : nil }
        let numbers =
            level.beforeFold(star, logPeriod: fold?.logPeriod ?? 0)
            + (fold?.curve ?? Array(repeating: 0, count: 10))
            + level.percentileRatios
            + (fold?.shapes ?? Array(repeating: 0, count: 50))
            + StructureFunction.bins(times: star.times, values: level.offsets).map {
                $0.map { $0 / level.scatter } ?? -0.5
            }
        values = numbers.map(Self.bounded)
        minimumPhase = fold?.minimumPhase ?? 0
        points = star.times.indices.map { place in
            Point(
                time: star.times[place],
                phase: fold.map { Float($0.phases[place] - $0.minimumPhase) } ?? 0,
                flux: Self.bounded(level.fluxes[place] / level.fluxScatter, 1e6),
                offset: Self.bounded(level.offsets[place], 1e6),
                error: Self.bounded(star.errors[place] / level.scatter, 1e6)
            )
        }
    }

    private static func bounded(_ value: Double) -> Float { bounded(value, 50) }

    private static func bounded(_ value: Double, _ limit: Double) -> Float {
        value.isNaN ? 0 : Float(min(max(value, -limit), limit))
    }
}
