import Glibc
import Ground
package import Sky
package import Variability

/// The period of a light curve as a function of its first points, which do not change with every alert (`PeriodSearch.seen`).
/// Owns the memory of a search: each thread needs its own.
package final class PeriodFinder {
    private let search = PeriodSearch()
    private let cache: PeriodCache

    /// A finder that shares what it finds.
    package init(_ cache: PeriodCache) {
        self.cache = cache
    }

    /// The period; nil where there are too few points, or nothing varies.
    package func period(of photometry: StarPhotometry) -> Period? {
        guard photometry.points.count >= PeriodSearch.minimumPoints else { return nil }
        let seen = PeriodSearch.seen(photometry)
        guard !seen.points.isEmpty else { return nil }
        let key = Self.digest(seen)
        if let known = cache.period(key) { return known }
        let found = search.search(seen).map { result in
            Period(days: result.period, logFalseAlarm: max(log10(result.falseAlarmProbability), -300))
        }
        cache.keep(found, key)
        return found
    }

    private static func digest(_ photometry: StarPhotometry) -> String {
        let hash = SHA256()
        let words = photometry.points.flatMap { point in
            [
                point.time.bitPattern, UInt64(point.value.bitPattern) << 32 | UInt64(point.error.bitPattern),
                UInt64(bitPattern: Int64(point.band)),
            ]
        }
        words.withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }
}
