import Foundation
import Ground
import Sky
import Testing

@testable import Variability

/// What the constants of an alert's light curve hold to, whatever the light curve.
@Suite struct AlertsConstantsTests {
    private static let mjd = 60_000.0
    private static let (green, red, infrared): (Float, Float, Float) = (474.648, 636.638, 782.903)

    private func point(
        _ time: Double,
        _ flux: Float,
        _ error: Float = 500,
        _ wavelength: Float = green,
        _ kind: LightCurve.Kind = .detection,
        total: Float = .nan
    ) -> LightCurve.Point {
        LightCurve.Point(
            mjd: Self.mjd + time,
            flux: flux,
            fluxErr: error,
            totalFlux: total,
            wavelength: wavelength,
            kind: kind
        )
    }

    private func values(_ points: [LightCurve.Point], until mjd: Double = mjd) -> [Float] {
        AlertConstants.values(of: LightCurve(points: points), until: mjd)
    }

    private func value(_ constant: AlertConstant, _ points: [LightCurve.Point]) -> Float {
        values(points)[constant.rawValue]
    }

    private func expectSame(
        _ left: [Float],
        _ right: [Float],
        within tolerance: Float = 0,
        except changed: Set<String> = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (name, (left, right)) in zip(AlertConstants.names, zip(left, right)) where !changed.contains(name) {
            let isSame = left == right || left.isNaN && right.isNaN || abs(left - right) <= tolerance * (1 + abs(left))
            #expect(isSame, "\(name): \(left), \(right)", sourceLocation: sourceLocation)
        }
    }

    /// Two bands that rise, with limits before and between, of a known reference.
    private var rising: [LightCurve.Point] {
        var points: [LightCurve.Point] = []
        for night in 0..<12 {
            let time = -22.0 + 2 * Double(night)
            let flux = Float(2_000 * exp(0.15 * Double(night)) * (1 + 0.1 * sin(3 * Double(night))))
            if night < 3 {
                points.append(point(time, .nan, 600, Self.green, .upperLimit))
            } else {
                points.append(point(time - 0.125, flux, 100, Self.green, total: flux + 9_000))
                points.append(point(time, 1.25 * flux, 150, Self.red, total: 1.25 * flux + 8_000))
            }
            if night == 7 { points.append(point(time + 0.5, .nan, 900, Self.red, .upperLimit)) }
        }
        return points
    }

    @Test func namesAreTheInputsOfModelsAndDoNotChange() {
        #expect(
            AlertConstants.names == [
                "detections", "limits", "detectedShare", "span", "nights", "negativeShare", "sign", "bothSigns",
                "magnitude", "magnitudeBrightest", "magnitudeRange", "significance", "timeBrightest", "rangeBlue",
                "slopeBlue", "slopeLateBlue", "curvatureBlue", "scatterBlue", "scatterSigmaBlue", "rangeRed",
                "slopeRed", "slopeLateRed", "curvatureRed", "scatterRed", "scatterSigmaRed", "chi2", "deviation",
                "slope", "scatter", "scatterSigma", "colour", "colourLast", "colourDeviation", "colourSlope",
                "changeHours", "changeHoursSigma", "changeDays", "changeDaysSigma", "changeWeek", "changeWeekSigma",
                "changeMonth", "changeMonthSigma", "changeRatio", "timeFirst", "limitsBefore", "gapBefore",
                "riseBefore", "limitsAfter", "deeperShare", "limitsDeeper", "referenceRatio", "referenceRatioPeak",
            ]
        )
    }

    @Test func orderOfThePointsChangesNothing() {
        let expected = values(rising)
        expectSame(values(rising.reversed()), expected)
        expectSame(values(rising.sorted { $0.wavelength < $1.wavelength }), expected)
        let simultaneous = rising.map { point in
            var point = point
            point.mjd = Self.mjd
            return point
        }
        expectSame(values(simultaneous.reversed()), values(simultaneous))
    }

    @Test func timeIsCountedFromTheAlert() {
        let later = rising.map { point in
            var point = point
            point.mjd += 1_024
            return point
        }
        expectSame(values(later, until: Self.mjd + 1_024), values(rising))
    }

    @Test func whatIsLaterThanTheAlertOrBeforeTheWindowChangesNothing() {
        let others = [
            point(0.000_01, 9_000), point(3, .nan, 100, Self.red, .upperLimit), point(-31.001, 9_000),
            point(-400, -9_000, 100, Self.red, total: 9_000), point(.infinity, 1), point(-.infinity, 1),
            point(.nan, 1),
        ]
        expectSame(values(rising + others), values(rising))
        #expect(value(.detections, [point(-31, 9_000), point(0, 9_000)]) == 2)
    }

    @Test func brightnessOfTheSourceChangesMagnitudesOnly() {
        let brighter = rising.map { point in
            var point = point
            point.flux *= 4
            point.fluxErr *= 4
            point.totalFlux *= 4
            return point
        }
        expectSame(values(brighter), values(rising), within: 2e-5, except: ["magnitude", "magnitudeBrightest"])
        let change = value(.magnitude, brighter) - value(.magnitude, rising)
        #expect(abs(change + 1.505_15) < 1e-4)
    }

    @Test func signOfTheFluxChangesTheSignAndNothingElse() {
        let faded = rising.map { point in
            var point = point
            point.totalFlux -= 2 * point.flux
            point.flux = -point.flux
            return point
        }
        expectSame(values(faded), values(rising), within: 1e-5, except: ["sign", "negativeShare"])
        #expect(value(.sign, faded) == -1)
        #expect(value(.negativeShare, faded) == 1)
        #expect(value(.bothSigns, [point(-1, 5_000), point(0, -5_000)]) == 1)
        #expect(value(.slopeBlue, [point(-1, 5_000), point(0, -5_000)]).isNaN)
    }

    @Test func forcedPhotometryAboveFiveErrorsIsADetectionAndElseALimit() {
        let forced = rising.map { point in
            var point = point
            point.kind = .forced
            if point.flux.isNaN { point.flux = -4.9 * point.fluxErr }
            return point
        }
        expectSame(values(forced), values(rising))
        let faint = [point(-1, 500, 100, Self.green, .forced), point(0, 5_000)]
        #expect(value(.limits, faint) == 1)
        #expect(abs(value(.riseBefore, faint) - 2.5) < 1e-5)
    }

    @Test func bandsOfOtherSurveysFallIntoBlueAndRed() {
        let others = rising.map { point in
            var point = point
            point.wavelength = point.wavelength == Self.green ? 559.9 : 560
            return point
        }
        expectSame(values(others), values(rising))
    }

    @Test func bandsOfAGroupAreComparedWithTheirOwnMeanOnly() {
        // i is twice as bright as r, and neither changes.
        var points: [LightCurve.Point] = []
        for night in 0..<10 {
            points.append(point(-18 + 2 * Double(night), 4_000, 100, Self.red))
            points.append(point(-18.25 + 2 * Double(night), 8_000, 100, Self.infrared))
        }
        for constant in [AlertConstant.rangeRed, .slopeRed, .slopeLateRed, .curvatureRed, .scatterRed, .deviation] {
            #expect(abs(value(constant, points)) < 1e-6, "\(constant)")
        }
        for constant in [AlertConstant.changeDays, .changeWeek, .changeMonth] {
            #expect(value(constant, points) == 0, "\(constant)")
        }
        #expect(abs(value(.chi2, points) + 2) < 1e-6)
        #expect(value(.rangeBlue, points).isNaN)
        // A further band with one detection says nothing of trends.
        let further = points + [point(-3, 90_000, 100, 870)]
        #expect(value(.slopeRed, further) == value(.slopeRed, points))
        #expect(value(.detections, further) == 21)
    }

    @Test func coloursArePairsOfOneSignWithinSixTenthsOfADay() {
        let green = point(0, 4_000)
        #expect(abs(value(.colour, [point(-0.5, 8_000, 100, Self.red), green]) - 0.752_575) < 1e-5)
        #expect(value(.colour, [point(-0.625, 8_000, 100, Self.red), green]).isNaN)
        #expect(value(.colour, [point(-0.5, -8_000, 100, Self.red), green]).isNaN)
        let nearest = [point(-0.5, 8_000, 100, Self.red), point(-0.25, 4_000, 100, Self.infrared), green]
        #expect(value(.colour, nearest) == 0)
    }

    @Test func aBandThatIsNotKnownCountsAmongTheDetectionsOnly() {
        let unknown = (0..<6).map { point(-10 + 2 * Double($0), 4_000 * Float($0 + 1), 100, .nan, total: 90_000) }
        let values = values(unknown)
        #expect(values[AlertConstant.detections.rawValue] == 6)
        for constant in [AlertConstant.slopeBlue, .slopeRed, .chi2, .changeDays, .referenceRatio] {
            #expect(values[constant.rawValue].isNaN, "\(constant)")
        }
    }

    @Test func theReferenceOfABandIsTheNewestThatIsKnown() {
        let points = [
            point(-4, 4_000, 100, Self.red, total: 5_000), point(-2, 4_000, 100, Self.red, total: 6_000),
            point(0, 4_000, 100, Self.red),
        ]
        #expect(abs(value(.referenceRatio, points) - log10(2)) < 1e-6)
        #expect(value(.referenceRatio, [point(0, 4_000, 100, total: 4_000)]).isNaN)
        #expect(value(.referenceRatio, [point(0, 4_000, 100, total: 3_000)]).isNaN)
        #expect(value(.referenceRatio, [point(-1, 4_000, total: 5_000), point(0, 4_000, 100, Self.red)]).isNaN)
    }

    @Test func withoutADetectionOnlyTheCountsAreKnown() {
        let counts: Set<String> = ["detections", "limits", "detectedShare", "nights"]
        for points in [[], [point(-1, .nan, 100, Self.red, .upperLimit)], [point(0, 0)], [point(0, .nan)]] {
            for (name, value) in zip(AlertConstants.names, values(points)) {
                #expect(value.isNaN || counts.contains(name), "\(name)")
            }
            #expect(value(.detections, points) == 0)
        }
        #expect(value(.detectedShare, []).isNaN)
        #expect(value(.detectedShare, [point(-1, .nan, 100, Self.red, .upperLimit)]) == 0)
    }

    @Test func ofALongLightCurveTheNewestPointsAreLookedAt() {
        let long = (0..<5_000).map { point(-30 + 0.006 * Double($0), 4_000 + Float($0 % 7), 100) }
        #expect(value(.detections, long) == Float(AlertConstants.mostPoints))
        expectSame(values(long), values(Array(long.suffix(AlertConstants.mostPoints))))
    }

    /// Whatever a packet says, a value is a number or NaN.
    @Test func nastyPointsGiveNumbersOrNothing() {
        var random = SplitMix64(seed: 7)
        let fluxes: [Float] = [
            0, -0.0, 1, -1, .leastNonzeroMagnitude, -1e-38, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
            .infinity, -.infinity,
            .nan, 4_000, -4_000,
        ]
        let errors: [Float] = [0, -1, .leastNonzeroMagnitude, 1, 100, .greatestFiniteMagnitude, .infinity, .nan]
        let times = [0, 0, -0.000_1, -0.4, -0.5, -2.5, -8, -31, -32, 1, 1e300, -1e300, .nan, .infinity]
        let bands: [Float] = [Self.green, Self.red, Self.infrared, 0, -1, .nan, .infinity, 560]
        for round in 0..<4_000 {
            let points = (0..<Int.random(in: 0...round % 40, using: &random)).map { _ in
                LightCurve.Point(
                    mjd: Self.mjd + Self.one(of: times, &random),
                    flux: Self.one(of: fluxes, &random),
                    fluxErr: Self.one(of: errors, &random),
                    totalFlux: Self.one(of: fluxes, &random),
                    wavelength: Self.one(of: bands, &random),
                    kind: Self.one(of: [.detection, .forced, .upperLimit], &random)
                )
            }
            let mjd = round % 50 == 0 ? Self.one(of: [.nan, .infinity, -.infinity, 0, 1e300], &random) : Self.mjd
            let values = values(points, until: mjd)
            #expect(values.count == AlertConstants.names.count)
            #expect(values.allSatisfy { $0.isFinite || $0.isNaN })
            expectSame(self.values(points.reversed(), until: mjd), values)
        }
    }

    private static func one<Element>(of elements: [Element], _ random: inout SplitMix64) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }
}
