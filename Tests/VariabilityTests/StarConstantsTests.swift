import Ground
import Sky
import Testing

@testable import Variability

@Suite struct StarConstantsTests {
    @Test func namesAreEightyFiveAndDiffer() {
        #expect(StarConstants.names.count == StarConstants.count)
        #expect(Set(StarConstants.names).count == StarConstants.count)
    }

    @Test func orderDoesNotMatterToTheBit() {
        var points = SyntheticCurve.twoBands.photometry.points
        let constants = StarConstants(StarPhotometry(points: points), period: 0.61)
        var random = SplitMix64(seed: 5)
        points.shuffle(using: &random)
        #expect(StarConstants(StarPhotometry(points: points), period: 0.61) == constants)
    }

    @Test func bandsAreShiftedToTheOneWithTheMostPoints() throws {
        let points = SyntheticCurve.pulsating.photometry.points
        let one = StarConstants(StarPhotometry(points: points), period: 0.568)
        // Every third point as if seen in another band, redder by 1.5.
        var two = points
        for place in stride(from: 0, to: two.count, by: 3) {
            two[place].band = 4
            two[place].value += 1.5
        }
        let both = StarConstants(StarPhotometry(points: two), period: 0.568)
        let place = try #require(StarConstants.names.firstIndex(of: "mean-magnitude"))
        #expect(abs(both.values[place] - one.values[place]) < 0.1)
        let scatter = try #require(StarConstants.names.firstIndex(of: "log-scatter"))
        #expect(abs(both.values[scatter] - one.values[scatter]) < 0.02)
    }

    @Test func theFaintestPointIsAtPhaseNought() throws {
        let constants = StarConstants(SyntheticCurve.pulsating.photometry, period: 0.567883255)
        #expect(constants.points.allSatisfy { (-1...1).contains($0.phase) })
        let faint = constants.points.max { $0.offset < $1.offset }
        // Twice the period: the curve is there twice.
        let phase = try #require(faint).phase * 2
        #expect(abs(phase - phase.rounded()) < 0.15)
        #expect(constants.points[0].time == 0)
    }

    @Test func withoutAPeriodWhatNeedsItIsNought() {
        let photometry = SyntheticCurve.pulsating.photometry
        let none = StarConstants(photometry, period: nil)
        let some = StarConstants(photometry, period: 0.5)
        let needs = StarConstants.names.indices.filter {
            [0, 11, 12].contains($0) || (13..<21).contains($0) || (27..<77).contains($0)
        }
        for place in StarConstants.names.indices {
            #expect(
                none.values[place] == (needs.contains(place) ? 0 : some.values[place]),
                "\(StarConstants.names[place])"
            )
        }
        #expect(none.minimumPhase == 0 && none.points.allSatisfy { $0.phase == 0 })
        for period in [Double.nan, .infinity, 0, -1] { #expect(StarConstants(photometry, period: period) == none) }
    }

    @Test func magnitudesComeFromDetectionsOfTotalFlux() throws {
        func point(_ mjd: Double, _ flux: Float, _ wavelength: Float, _ kind: LightCurve.Kind = .detection)
            -> LightCurve.Point
        {
            .init(mjd: mjd, flux: 1, fluxErr: 1, totalFlux: flux, totalFluxErr: 10, wavelength: wavelength, kind: kind)
        }
        let photometry = StarPhotometry(
            detections: LightCurve(points: [
                point(1, 3631, 640), point(2, 36310, 480), point(3, -5, 480), point(4, .nan, 480),
                point(5, 100, 480, .forced), point(6, 100, 480, .upperLimit), point(7, 100, .nan),
            ])
        )
        #expect(photometry.points.map(\.band) == [1, 0, 2])
        #expect(abs(photometry.points[0].value - 22.5) < 1e-3)
        #expect(abs(photometry.points[1].value - 20) < 1e-3)
        #expect(abs(photometry.points[0].error - 1.0857 * 10 / 3631) < 1e-6)
    }

    @Test func whateverComesInTheNumbersAreFinite() {
        var random = SplitMix64(seed: 31)
        let extremes: [Float] = [0, 1, -1, 1e-38, 3e38, -3e38, 15, .nan, .infinity]
        for round in 0..<2000 {
            let count = round % 80
            let points = (0..<count).map { place -> StarPhotometry.Point in
                let scale = [0, 1e-6, 1, 30, 3000, 1e8, 1e12, .infinity][round % 8]
                return .init(
                    time: round % 5 == 0 ? Double(place / 2) : scale * Double(random.uniform()),
                    value: [15, random.uniform(), extremes.randomElement(using: &random) ?? 0][round % 3],
                    error: round % 4 == 0 ? extremes.randomElement(using: &random) ?? 0 : 0.1,
                    band: round % 7 == 0 ? place % 12 : 0
                )
            }
            let periods: [Double?] = [nil, 0.5, 1e-300, 1e300, 3, -1]
            let constants = StarConstants(StarPhotometry(points: points), period: periods[round % 6])
            #expect(constants.values.count == StarConstants.count)
            #expect(constants.values.allSatisfy { $0.isFinite && abs($0) <= 50 })
            #expect(constants.minimumPhase.isFinite && (0..<1).contains(constants.minimumPhase))
            #expect(
                constants.points.allSatisfy {
                    $0.time.isFinite && $0.phase.isFinite && $0.flux.isFinite && $0.offset.isFinite && $0.error.isFinite
                }
            )
        }
    }
}
