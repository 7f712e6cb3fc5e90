import Glibc

/// Finds the period of a variable star: a Lomb-Scargle periodogram with floating means, over all bands at once, of
/// thousands of frequencies by FFT.
///
/// Frequencies go from 1 / (1.5 span) to `maximumFrequency` in equal steps of 1 / (5 span), 100,000 at the most: if
/// they go to 16 per day, up to spans of 1250 days. For longer spans steps grow, to 1 / (2.1 span) at eight years and 1
/// / (1.5 span) at eleven; for still longer ones the highest frequency is lowered. The highest peaks are then refined
/// without a grid and in double precision, so that the step does not limit the period.
///
/// Frequencies within 0.0035 of a whole number per day, above 0.5, are passed over: they are the Earth's.
///
/// The same points give the same bits in any order. A search owns plans and memory, less than 1 MB and some 300 bytes a
/// point: each thread needs its own. It keeps nothing of a star.
package final class PeriodSearch {
    /// The bounds of a search.
    package struct Settings: Hashable, Sendable {
        /// The highest frequency, per day.
        package var maximumFrequency: Double
        /// How many peaks are told.
        package var peaks: Int

        /// Bounds of a search: up to 16 per day, five peaks, unless given.
        package init(maximumFrequency: Double = 16, peaks: Int = 5) {
            self.maximumFrequency = maximumFrequency
            self.peaks = peaks
        }
    }

    /// A maximum of the periodogram.
    package struct Peak: Hashable, Sendable {
        /// Per day.
        package var frequency: Double
        /// The share of chi2 about the bands' means that a sinusoid of this frequency removes, 0 ... 1.
        package var power: Double

        /// Days.
        package var period: Double { 1 / frequency }
    }

    /// What a search has found.
    package struct Result: Hashable, Sendable {
        /// The highest peaks, the highest first: at least one.
        package var peaks: [Peak]
        /// The probability that white noise has a peak as high as the first.
        package var falseAlarmProbability: Double
        /// The points that were used.
        package var count: Int
        /// The step between frequencies, per day.
        package var step: Double
        /// The highest frequency that was searched, per day.
        package var maximumFrequency: Double

        /// The period of the highest peak in days.
        package var period: Double { peaks[0].period }
        /// The power of the highest peak.
        package var power: Double { peaks[0].power }
    }

    /// The fewest usable points that are searched.
    package static let minimumPoints = 20

    /// Above, spreading points over many small grids costs more than transforming a few larger ones.
    private static let fewPoints = 200

    private let settings: Settings
    private var transforms: [Int: SpreadTransform] = [:]
    private var periodogram = Periodogram()

    /// A search with bounds. It takes memory when it needs it, and keeps it.
    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The period of what is given; of an object whose alerts go on, see `seen(_:)`. Nil where fewer than 20 points are
    /// usable, their span is too short for the bounds, or nothing varies.
    package func search(_ photometry: StarPhotometry) -> Result? {
        guard let points = SearchedPoints(photometry, minimum: Self.minimumPoints),
            let frequencies = Frequencies(span: points.span, maximum: settings.maximumFrequency),
            let transform = transform(size: points.count < Self.fewPoints ? 1 << 10 : 1 << 12)
        else { return nil }
        periodogram.compute(points, step: frequencies.step, range: frequencies.range, transform)
        let peaks = frequencies.peaks(of: periodogram, points, most: settings.peaks)
        guard let first = peaks.first else { return nil }
        return Result(
            peaks: peaks,
            falseAlarmProbability: FalseAlarm.probability(
                power: first.power,
                points: points,
                maximumFrequency: frequencies.maximum
            ),
            count: points.count,
            step: frequencies.step,
            maximumFrequency: frequencies.maximum
        )
    }

    private func transform(size: Int) -> SpreadTransform? {
        if let known = transforms[size] { return known }
        let new = SpreadTransform(size: size)
        transforms[size] = new
        return new
    }
}
