import Foundation
import Sky
import Testing

@testable import AstroM3

/// What a live alert's light curve looks like to the streaming encoder.
@Suite struct StreamingLightCurveTests {
    private typealias Channel = StreamingLightCurve.Channel

    private func preprocessing(_ maximum: Int = 200) -> StreamingLightCurve {
        var input = ModelBuilder.defaults(name: "", version: "", seed: 0, variant: .streaming, layers: 1).photometry
        input.maximumPoints = maximum
        return StreamingLightCurve(input: input)
    }

    private func rows(
        _ curve: LightCurve,
        until mjd: Double = .infinity,
        maximum: Int = 200,
        raw: Bool = true
    ) -> [[Channel: Float]] {
        let preprocessing = preprocessing(maximum)
        let width = preprocessing.channels.count
        var memory = [Float](repeating: 0, count: maximum * width)
        let count = memory.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { preprocessing.write(curve, until: mjd, raw: raw, to: $0) } ?? 0
        }
        return (0..<count).map { row in
            Dictionary(zip(preprocessing.channels, memory[row * width..<(row + 1) * width])) { first, _ in first }
        }
    }

    private func detection(_ mjd: Double, _ flux: Float, _ error: Float = 10) -> LightCurve.Point {
        LightCurve.Point(mjd: mjd, flux: flux, fluxErr: error, wavelength: 600, kind: .detection)
    }

    private func expectClose(_ value: Float?, _ expected: Float, _ line: Int = #line) {
        #expect(abs((value ?? .nan) - expected) < 1e-5, "line \(line)")
    }

    @Test func timeIsCountedFromTheFirstDetection() {
        let limit = LightCurve.Point(mjd: 90, flux: .nan, fluxErr: 20, wavelength: 480, kind: .upperLimit)
        let rows = rows(LightCurve(points: [limit, detection(100, 50), detection(103, 100)]), until: 104)
        expectClose(rows[0][.time], -log(11))
        expectClose(rows[1][.time], 0)
        expectClose(rows[2][.time], log(4))
        expectClose(rows[0][.gap], 0)
        expectClose(rows[1][.gap], log(11))
        expectClose(rows[2][.age], log(2))
        expectClose(rows[0][.span], log(14))
        expectClose(rows[0][.limit], 1)
        expectClose(rows[0][.detected], 0)
        // The scale is the median of the detections: 75 nJy.
        expectClose(rows[0][.scale], log10(75))
        expectClose(rows[0][.error], log10(20.0 / 75))
        expectClose(rows[2][.flux], asinh(100.0 / 75))
        expectClose(rows[2][.significance], asinh(10))
        expectClose(rows[0][.wavelength], log(480.0 / 600))
    }

    @Test func theShapeDoesNotDependOnTheDistance() {
        let near = SampleRecords.lightCurve(points: 20, seed: 3)
        var far = near
        for i in far.points.indices {
            far.points[i].flux /= 64
            far.points[i].fluxErr /= 64
            far.points[i].totalFlux /= 64
            far.points[i].totalFluxErr /= 64
        }
        for (near, far) in zip(rows(near), rows(far)) {
            for channel in Channel.allCases where channel != .scale && channel != .totalScale {
                guard let value = near[channel], !value.isNaN else { continue }
                expectClose(far[channel], value)
            }
            expectClose(far[.scale], (near[.scale] ?? .nan) - log10(64))
        }
    }

    @Test func nothingLaterThanTheAlertIsUsed() {
        let curve = SampleRecords.lightCurve(points: 30, seed: 4)
        let until = curve.points[11].mjd
        let known = LightCurve(points: Array(curve.points.prefix(12)))
        #expect(rows(curve, until: until, raw: false) == rows(known, until: until, raw: false))
    }

    @Test func theMostRecentPointsAreKeptAndSomeOfAllThatCameBefore() {
        let curve = SampleRecords.lightCurve(points: 30, seed: 5)
        let cut = rows(curve, maximum: 8)
        #expect(cut.count == 8)
        // Time is still counted from the first detection of all.
        let kept = [3, 9, 16, 22, 26, 27, 28, 29]
        for (row, place) in zip(cut, kept) {
            expectClose(row[.time], log1p(Float(curve.points[place].mjd - curve.points[0].mjd)))
        }
        expectClose(cut[0][.gap], 0)
    }

    @Test func theOrderOfThePointsDoesNotMatter() {
        let curve = SampleRecords.lightCurve(points: 30, seed: 6)
        let reversed = LightCurve(points: curve.points.reversed())
        #expect(rows(curve, raw: false) == rows(reversed, raw: false))
    }

    @Test func totalFluxAloneIsTakenFromItsMedian() {
        let points = [900, 1000, 1300].enumerated().map { day, flux in
            LightCurve.Point(
                mjd: Double(day),
                flux: .nan,
                fluxErr: .nan,
                totalFlux: Float(flux),
                totalFluxErr: 50,
                wavelength: .nan,
                kind: .detection
            )
        }
        let rows = rows(LightCurve(points: points))
        // Distances from 1000 are -100, 0, 300; the median of their sizes is 100.
        expectClose(rows[0][.flux], asinh(-1))
        expectClose(rows[2][.flux], asinh(3))
        expectClose(rows[1][.total], 0)
        expectClose(rows[2][.total], log(1.3))
        expectClose(rows[0][.error], log10(0.5))
        expectClose(rows[0][.totalScale], 3)
        expectClose(rows[0][.totalKnown], 1)
    }

    @Test func whatIsNotKnownIsTheMeanAfterStandardisation() {
        let point = LightCurve.Point(mjd: 1, flux: 5, fluxErr: -1, wavelength: .nan, kind: .detection)
        let rows = rows(LightCurve(points: [point]), raw: false)
        #expect(rows.count == 1)
        for channel in [Channel.error, .significance, .wavelength, .total, .totalScale] {
            #expect(rows[0][channel] == 0)
        }
        for (_, value) in rows[0] { #expect(value.isFinite) }
    }

    @Test func pointsThatSayNothingAreLeftOut() {
        let points = [
            LightCurve.Point(mjd: .nan, flux: 1, fluxErr: 1, wavelength: 600, kind: .detection),
            LightCurve.Point(mjd: 1, flux: .nan, fluxErr: 1, wavelength: 600, kind: .detection),
            LightCurve.Point(mjd: 2, flux: .nan, fluxErr: .nan, wavelength: 600, kind: .upperLimit),
            LightCurve.Point(mjd: 3, flux: 4, fluxErr: 1, wavelength: 600, kind: .forced),
        ]
        #expect(rows(LightCurve(points: points)).count == 1)
        #expect(rows(LightCurve()).isEmpty)
    }

    @Test func manyPointsAreNoTrouble() {
        #expect(rows(SampleRecords.lightCurve(points: 100_000, seed: 7)).count == 200)
    }
}
