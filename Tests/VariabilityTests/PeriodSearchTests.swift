import Ground
import Sky
import Testing

@testable import Variability

/// The periodogram against astropy's `LombScargle` in one band, and in several against least squares of the model
/// itself, both computed on the same curves outside.
@Suite struct PeriodSearchTests {
    struct Expected: Sendable {
        var curve: SyntheticCurve
        /// Frequency and power.
        var powers: [(Double, Double)]
        var period: Double
        var power: Double
        /// Baluev's, in one band.
        var falseAlarm: Double?
    }

    static let expected: [Expected] = [
        Expected(
            curve: .sinusoid,
            powers: [
                (0.00170875543, 0.0194204), (0.3333, 0.00460421), (1.7, 0.0018468), (0.4263301501, 0.981613),
                (7.77, 0.0179664), (15.5, 0.0159067),
            ],
            period: 2.34547893,
            power: 0.981839,
            falseAlarm: 6.48328e-45
        ),
        Expected(
            curve: .eclipsing,
            powers: [
                (0.00023283165, 0.00802329), (0.3333, 0.0132406), (1.7, 0.000450828), (0.3105715448, 0.096523),
                (7.77, 0.00320139), (15.5, 0.00256897),
            ],
            period: 1.60995395,
            power: 0.529944,
            falseAlarm: 1.27454e-43
        ),
        Expected(
            curve: .pulsating,
            powers: [
                (0.0008567346712, 0.00378409), (0.3333, 0.00217312), (1.7, 0.0258636), (1.760904401, 0.816322),
                (7.77, 0.0253268), (15.5, 0.0126906),
            ],
            period: 0.567883255,
            power: 0.816975,
            falseAlarm: 1.40976e-38
        ),
        Expected(
            curve: .anyTime,
            powers: [
                (0.02522475321, 0.139637), (0.3333, 0.191691), (1.7, 0.07576), (7.364312541, 0.858949),
                (7.77, 0.157965), (15.5, 0.373853),
            ],
            period: 0.135793812,
            power: 0.859025,
            falseAlarm: 1.51951e-06
        ),
        Expected(
            curve: .noise,
            powers: [
                (0.01158278058, 0.00361826), (0.3333, 0.0237522), (1.7, 0.0322374), (1, 0.00727146),
                (7.77, 0.0447412), (15.5, 0.0408807),
            ],
            period: 0.0926028692,
            power: 0.333561,
            falseAlarm: 0.786813
        ),
        Expected(
            curve: .twoBands,
            powers: [
                (0.002259676715, 0.0143857), (0.3333, 0.104062), (1.7, 0.0830374), (1.633079662, 0.821335),
                (7.77, 0.0425518), (15.5, 0.0470936),
            ],
            period: 0.612271183,
            power: 0.827464
        ),
        Expected(
            curve: .threeBands,
            powers: [
                (0.0004521682117, 0.0109018), (0.3333, 0.0596554), (1.7, 0.011312), (0.08910035373, 0.968274),
                (7.77, 0.109081), (15.5, 0.0209974),
            ],
            period: 11.2225631,
            power: 0.968676
        ),
    ]

    @Test(arguments: expected)
    func powerIsThatOfLeastSquares(_ expected: Expected) throws {
        let points = try #require(SearchedPoints(expected.curve.photometry, minimum: 20))
        for (frequency, power) in expected.powers {
            #expect(abs(points.power(at: frequency) - power) < 2e-6, "at \(frequency)")
        }
    }

    @Test(arguments: expected)
    func thePeakIsTheHighestOfAll(_ expected: Expected) throws {
        let result = try #require(PeriodSearch().search(expected.curve.photometry))
        let resolution = expected.period * expected.period / expected.curve.span
        #expect(abs(result.period - expected.period) < 2e-3 * resolution)
        #expect(abs(result.power - expected.power) < 1e-5)
        if let falseAlarm = expected.falseAlarm {
            #expect(abs(result.falseAlarmProbability / falseAlarm - 1) < 0.01)
        }
        #expect(result.peaks.count == 5)
        #expect(result.peaks.map(\.power) == result.peaks.map(\.power).sorted(by: >))
    }

    /// At every frequency of the grid, the lowest and the highest included.
    @Test(arguments: expected)
    func theGridIsRightEverywhere(_ expected: Expected) throws {
        let points = try #require(SearchedPoints(expected.curve.photometry, minimum: 20))
        let frequencies = try #require(Frequencies(span: points.span, maximum: 16))
        for size in [1 << 10, 1 << 12] {
            let transform = try #require(SpreadTransform(size: size))
            var periodogram = Periodogram()
            periodogram.compute(points, step: frequencies.step, range: frequencies.range, transform)
            var worst = 0.0
            for k in frequencies.range where k % 7 == 0 || k < 50 || k + 50 > frequencies.range.upperBound {
                let exact = points.power(at: frequencies.step * Double(k))
                worst = max(worst, abs(exact - Double(periodogram.power[k - frequencies.range.lowerBound])))
            }
            #expect(worst < 1e-3)
        }
    }

    @Test func orderDoesNotMatterToTheBit() {
        let search = PeriodSearch()
        for curve in [SyntheticCurve.eclipsing, .threeBands] {
            var points = curve.photometry.points
            let result = search.search(StarPhotometry(points: points))
            var random = SplitMix64(seed: 3)
            points.shuffle(using: &random)
            #expect(search.search(StarPhotometry(points: points)) == result)
        }
    }

    @Test func timeHasNoOriginAndBrightnessNoUnit() throws {
        let search = PeriodSearch()
        let points = SyntheticCurve.twoBands.photometry.points
        let result = try #require(search.search(StarPhotometry(points: points)))
        let moved = points.map { point in
            let scale: Float = point.band == 0 ? -300 : 2
            return StarPhotometry.Point(
                time: point.time - 59000,
                value: (point.value - 15) * scale + 7,
                error: point.error * abs(scale),
                band: -5 * point.band
            )
        }
        // The bands' signs differ, so that one sinusoid serves both only if the other is turned as well.
        let turned = moved.map { point in
            point.band == 0
                ? point
                : StarPhotometry.Point(time: point.time, value: -point.value, error: point.error, band: point.band)
        }
        let again = try #require(search.search(StarPhotometry(points: turned)))
        #expect(abs(again.period / result.period - 1) < 1e-6)
        #expect(abs(again.power - result.power) < 1e-4)
    }

    @Test func theEarthsDayIsNoPeriod() throws {
        // Brightness that depends on the time of the day alone, as clouds and dawn do.
        var random = SplitMix64(seed: 11)
        let points = (0..<200).map { place -> StarPhotometry.Point in
            let hour = 0.2 * Double(random.uniform())
            return .init(
                time: 58000 + Double(place * 3) + hour,
                value: Float(3 * hour) + 0.02 * random.uniform(),
                error: 0.02
            )
        }
        let result = try #require(PeriodSearch().search(StarPhotometry(points: points)))
        for peak in result.peaks { #expect(!Frequencies.isTerrestrial(peak.frequency)) }
        #expect(Frequencies.isTerrestrial(1.0034))
        #expect(Frequencies.isTerrestrial(4.9966))
        #expect(!Frequencies.isTerrestrial(1.0036))
        #expect(!Frequencies.isTerrestrial(0.002))
    }

    @Test func unusablePointsChangeNothing() {
        let search = PeriodSearch()
        let points = SyntheticCurve.pulsating.photometry.points
        let spoilt =
            points + [
                .init(time: .nan, value: 15, error: 0.1), .init(time: .infinity, value: 15, error: 0.1),
                .init(time: 59000, value: .nan, error: 0.1), .init(time: 59000, value: -.infinity, error: 0.1),
                .init(time: 1e300, value: 15, error: 0.1), .init(time: 50000, value: 15, error: 0.1, band: 9),
                .init(time: 40000, value: 15, error: 0.1, band: 8), .init(time: 59000, value: 15, error: 0.1, band: 8),
            ]
        #expect(search.search(StarPhotometry(points: spoilt)) == search.search(StarPhotometry(points: points)))
    }

    @Test func anErrorThatIsNotKnownIsTheMedian() throws {
        let search = PeriodSearch()
        var points = SyntheticCurve.pulsating.photometry.points
        for (place, error) in zip([3, 30, 60], [Float.nan, 0, -1]) { points[place].error = error }
        let some = try #require(search.search(StarPhotometry(points: points)))
        #expect(abs(some.period - 0.56788) < 1e-4)
        for place in points.indices { points[place].error = .nan }
        let none = try #require(search.search(StarPhotometry(points: points)))
        #expect(abs(none.period - 0.56788) < 1e-4)
    }

    @Test func fewerThanTwentyPointsHaveNoPeriod() {
        let points = SyntheticCurve.pulsating.photometry.points
        #expect(PeriodSearch().search(StarPhotometry(points: Array(points.prefix(19)))) == nil)
        #expect(PeriodSearch().search(StarPhotometry(points: Array(points.prefix(20)))) != nil)
    }

    @Test func whatDoesNotVaryHasNoPeriod() {
        let search = PeriodSearch()
        func points(_ time: (Int) -> Double, _ value: (Int) -> Float) -> StarPhotometry {
            StarPhotometry(points: (0..<40).map { .init(time: time($0), value: value($0), error: 0.1) })
        }
        #expect(search.search(points({ Double($0) * 1.7 }, { _ in 15.1 })) == nil)
        #expect(search.search(points({ _ in 59000 }, { Float($0) })) == nil)
        #expect(search.search(points({ Double($0) * 1e-9 }, { Float($0 % 3) })) == nil)
        #expect(search.search(StarPhotometry(points: [])) == nil)
    }

    @Test func whateverComesInTheAnswerIsANumber() {
        let search = PeriodSearch()
        var random = SplitMix64(seed: 21)
        let extremes: [Float] = [0, 1, -1, 1e-38, 3e38, -3e38, 15, .nan, .infinity]
        for round in 0..<300 {
            let points = (0..<(20 + round % 60)).map { place -> StarPhotometry.Point in
                let scale = [1e-6, 1, 30, 3000, 1e8, 1e12][round % 6]
                let time = round % 5 == 0 ? Double(place / 2) * scale : scale * Double(random.uniform())
                return .init(
                    time: time,
                    value: round % 3 == 0 ? extremes.randomElement(using: &random) ?? 0 : random.uniform(),
                    error: round % 4 == 0 ? extremes.randomElement(using: &random) ?? 0 : 0.1,
                    band: round % 7 == 0 ? place % 12 : 0
                )
            }
            guard let result = search.search(StarPhotometry(points: points)) else { continue }
            for peak in result.peaks {
                #expect(peak.frequency > 0 && peak.frequency <= result.maximumFrequency * (1 + 1e-9))
                #expect((0...1).contains(peak.power))
            }
            #expect((0...1).contains(result.falseAlarmProbability))
        }
    }

    @Test func longSpansHaveCoarserStepsAndThenFewerFrequencies() throws {
        let short = try #require(Frequencies(span: 60, maximum: 16))
        #expect(abs(short.step * 60 - 1 / 5.0) < 1e-9)
        #expect(abs(short.maximum - 16) < 1e-9)
        let eight = try #require(Frequencies(span: 2922, maximum: 16))
        #expect(eight.range.upperBound == 100_000)
        #expect(eight.step * 2922 < 1 / 2.1)
        #expect(abs(eight.maximum - 16) < 1e-9)
        let century = try #require(Frequencies(span: 36525, maximum: 16))
        #expect(abs(century.step * 36525 - 1 / 1.5) < 1e-9)
        #expect(century.maximum < 2)
        #expect(Frequencies(span: 0.04, maximum: 16) == nil)
    }

    @Test func aSearchSeesNumbersOfDetectionsThatGrowByATenth() {
        #expect((0..<20).allSatisfy { PeriodSearch.detectionsSeen(of: $0) == 0 })
        #expect(
            [20, 21, 22, 24, 25, 27, 28, 31, 34, 35].map(PeriodSearch.detectionsSeen) == [
                20, 20, 22, 22, 25, 25, 28, 31, 31, 35,
            ]
        )
        let numbers = Set((20...1000).map(PeriodSearch.detectionsSeen)).sorted()
        #expect(numbers.count <= 43)
        for (less, more) in zip(numbers, numbers.dropFirst()) {
            #expect(more == (less * 11 + 9) / 10)
        }
        for count in 20...1000 {
            let seen = PeriodSearch.detectionsSeen(of: count)
            #expect(
                seen <= count && PeriodSearch.detectionsSeen(of: seen) == seen && Double(count) < 1.1 * Double(seen) + 1
            )
        }
    }

    @Test func theDetectionsSeenStayTheSameUntilThereAreATenthMore() {
        let points = SyntheticCurve.pulsating.photometry.points.sorted { $0.time < $1.time }
        func seen(_ count: Int) -> StarPhotometry {
            PeriodSearch.seen(StarPhotometry(points: points.prefix(count).reversed()))
        }
        #expect(seen(19).points.isEmpty)
        #expect(seen(20).points == Array(points.prefix(20)))
        #expect(seen(21) == seen(20))
        #expect(seen(34) == seen(31) && seen(31) != seen(30))
        var spoilt = Array(points.prefix(25))
        spoilt[3].value = .nan
        #expect(PeriodSearch.seen(StarPhotometry(points: spoilt)).points.count == 22)
        #expect(PeriodSearch().search(seen(19)) == nil)
    }
}
