import Foundation
import Sky
import Testing
import Variability

@testable import AstroM3

/// Periods as inputs: found in the first points, remembered, and seen as phases.
@Suite struct PeriodFinderTests {
    /// A star of period 0.7 days in one band, observed once a night.
    private func star(points: Int, from start: Double = 58_000) -> LightCurve {
        LightCurve(
            points: (0..<points).map { place in
                let time = start + Double(place) * 1.037 + 0.1 * sin(Double(place) * 7)
                let magnitude = 15 + 0.4 * cos(2 * .pi * (time - start) / 0.7)
                let flux = Float(pow(10, (31.4 - magnitude) / 2.5))
                return LightCurve.Point(
                    mjd: time,
                    flux: flux - 3_000_000,
                    fluxErr: flux * 0.01,
                    totalFlux: flux,
                    totalFluxErr: flux * 0.01,
                    wavelength: 545,
                    kind: .detection
                )
            }
        )
    }

    private func record(_ curve: LightCurve, period: Period? = nil) -> Record {
        var record = SampleRecords.record(points: 1, seed: 1)
        record.lightCurve = curve
        record.alert.mjd = curve.points.last?.mjd ?? 0
        record.period = period
        return record
    }

    private var input: PhotometryInput {
        var input = ModelBuilder.defaults(name: "", version: "", seed: 0, variant: .streaming, layers: 1).photometry
        input.channels = ["time", "periodic", "phase-cos-2"]
        (input.mean, input.std) = ([0, 0, 0], [1, 1, 1])
        input.constants = ["magnitude", "log-period", "log-count", "log-false-alarm"].map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1)
        }
        return input
    }

    @Test func aWarmCacheAnswersLikeAColdOne() {
        let curves = (20..<60).map { star(points: $0) }
        let cache = PeriodCache(capacity: 4)
        let warm = PeriodFinder(cache)
        for curve in curves + curves.reversed() {
            let photometry = StarPhotometry(detections: curve)
            let cold = PeriodFinder(PeriodCache()).period(of: photometry)
            #expect(cold != nil && warm.period(of: photometry) == cold && warm.period(of: photometry) == cold)
        }
    }

    @Test func thePeriodStaysBetweenTwoSearches() throws {
        let finder = PeriodFinder(PeriodCache())
        // Searches see 20, 22, 25 points.
        let found = (19...25).map { finder.period(of: StarPhotometry(detections: star(points: $0))) }
        #expect(found[0] == nil && found[1] != nil && found[1] == found[2])
        #expect(found[3] == found[4] && found[4] == found[5] && found[2] != found[3])
        #expect(abs(try #require(found[6]).days - 0.7) < 0.01)
    }

    @Test func aCacheKeepsWhatWasAskedForLast() {
        let cache = PeriodCache(capacity: 2)
        for key in ["a", "b", "c", "d", "e"] {
            cache.keep(Period(days: 1, logFalseAlarm: -9), key)
            #expect(cache.period("a") != nil, "\(key)")
        }
        #expect(cache.period("b") == nil)
        cache.keep(nil, "f")
        #expect(cache.period("f") == .some(nil))
    }

    @Test func pointsOfAPeriodicStarKnowTheirPhase() {
        let rows = rows(record(star(points: 40)))
        #expect(rows.count == 40 && rows.allSatisfy { $0[1] == 1 })
        // Twice the phase at twice the period is the phase at the period; the star is faintest at time 0.
        for (row, point) in zip(rows, star(points: 40).points) {
            #expect(abs(row[2] - Float(cos(2 * .pi * (point.mjd - 58_000) / 0.7))) < 0.15)
        }
        #expect(self.rows(record(star(points: 12))).allSatisfy { $0[1] == 0 && $0[2] == 0 })
    }

    @Test func constantsThatNeedAPeriodAreMissingWithoutOne() {
        let reader = LightCurveInput(input, PeriodCache())
        let many = reader.constantValues(record(star(points: 40)))
        #expect(abs(many[1] - log10(0.7)) < 0.01 && abs(many[2] - log10(40)) < 1e-4 && many[3] < -3)
        let few = reader.constantValues(record(star(points: 12)))
        #expect(few[0].isFinite && few[1].isNaN && few[2].isFinite && few[3].isNaN)
        var dark = star(points: 40)
        for place in dark.points.indices { dark.points[place].totalFlux = .nan }
        let none = reader.constantValues(record(dark))
        #expect(none[0].isFinite && none[1].isNaN && none[2].isNaN)
    }

    @Test func aPeriodThatIsKnownIsNotLookedFor() {
        let reader = LightCurveInput(input, PeriodCache())
        let values = reader.constantValues(record(star(points: 40), period: Period(days: 3, logFalseAlarm: -8)))
        #expect(abs(values[1] - log10(3)) < 1e-5 && values[3] == -8)
    }

    @Test func nothingLaterThanTheAlertChangesThePeriod() {
        let reader = LightCurveInput(input, PeriodCache())
        var later = record(star(points: 60))
        later.alert.mjd = later.lightCurve.points[29].mjd
        #expect(reader.constantValues(later) == reader.constantValues(record(star(points: 30))))
    }

    private func rows(_ record: Record) -> [[Float]] {
        let reader = LightCurveInput(input, PeriodCache())
        var rows = [Float](repeating: 0, count: 200 * 3)
        var constants = [Float](repeating: 0, count: reader.constantsWidth)
        let count = rows.withUnsafeMutableBufferPointer { rows in
            constants.withUnsafeMutableBufferPointer { constants in
                guard let start = rows.baseAddress, let row = constants.baseAddress else { return 0 }
                return reader.write(record, rows: start, constants: row)
            }
        }
        return (0..<count).map { Array(rows[$0 * 3..<$0 * 3 + 3]) }
    }
}
