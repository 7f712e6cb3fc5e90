import Foundation
import Sky
import Testing

@testable import Variability

/// The constants of light curves made by formula, against values that numpy computed from the same points by the
/// same definitions, in another program.
@Suite struct AlertsReferenceValueTests {
    @Test(arguments: Example.allCases) func constantsEqualThoseOfNumpy(of example: Example) throws {
        let values = AlertConstants.values(of: example.lightCurve, until: Example.mjd)
        #expect(Self.expected.map(\.name) == AlertConstants.names)
        for (value, expected) in zip(values, Self.expected) {
            let wanted = expected.values[example.rawValue]
            let isClose = abs(value - wanted) <= 1e-5 + 2e-5 * abs(wanted)
            #expect(isClose || value.isNaN && wanted.isNaN, "\(expected.name) \(value), not \(wanted)")
        }
    }

    /// Values in the order of `Example`.
    private static let expected: [(name: String, values: [Float])] = [
        ("detections", [28, 11, 35, 1, 5, 2, 34, 8]),
        ("limits", [14, 0, 3, 0, 0, 2, 26, 0]),
        ("detectedShare", [0.6666667, 1, 0.9210526, 1, 1, 0.5, 0.5666667, 1]),
        ("span", [17.85, 20, 24.03125, 0, 0.16, 0.0625, 28.5, 12.3754]),
        ("nights", [14, 11, 25, 1, 1, 1, 26, 4]),
        ("negativeShare", [0, 1, 0.4571429, 0, 0, 0, 0, 0]),
        ("sign", [1, -1, 1, 1, 1, 1, 1, 1]),
        ("bothSigns", [0, 0, 1, 0, 0, 0, 0, 0]),
        ("magnitude", [17.92109, 19.00309, 20.40515, 18.5, 18.09894, 19.5, 18.40407, 17.91]),
        ("magnitudeBrightest", [17.47386, 18.02, 18.01991, 18.5, 17.92432, 19.25, 16.46665, 17]),
        ("magnitudeRange", [2.080503, 0.983085, 2.38524, 0, 0.174616, 0.25, 3.021298, 0.91]),
        ("significance", [1.570165, 1.33674, 0.79588, 1.03571, 1.43365, 0.9565286, 1.271672, 1.73468]),
        ("timeBrightest", [-8.26, -20, -1, 0, -0.08, -0.0625, -2, -12.3754]),
        ("rangeBlue", [1.991693, 0.983085, 2.38524, .nan, .nan, .nan, 2.79858, 0.91]),
        ("slopeBlue", [-0.05137518, 0.04977254, .nan, .nan, .nan, .nan, -0.1392507, 0.07272732]),
        ("slopeLateBlue", [0.09025334, 0.05138962, .nan, .nan, .nan, .nan, -0.5712899, 0.1212124]),
        ("curvatureBlue", [0.01516138, 6.4389e-05, .nan, .nan, .nan, .nan, -0.01061979, 0.005876951]),
        ("scatterBlue", [0.06612088, 0.01454843, .nan, .nan, .nan, .nan, 0.5134231, 0.004985454]),
        ("scatterSigmaBlue", [0.3382821, -0.5214788, .nan, .nan, .nan, .nan, 0.8609552, -0.5862432]),
        ("rangeRed", [1.97522, .nan, 1.650099, .nan, 0.174616, .nan, 3.021298, .nan]),
        ("slopeRed", [-0.07846843, .nan, .nan, .nan, .nan, .nan, -0.1268082, .nan]),
        ("slopeLateRed", [0.08443167, .nan, .nan, .nan, .nan, .nan, 0.9916211, .nan]),
        ("curvatureRed", [0.01200205, .nan, .nan, .nan, .nan, .nan, -0.006044743, .nan]),
        ("scatterRed", [0.02100959, .nan, .nan, .nan, .nan, .nan, 0.54909, .nan]),
        ("scatterSigmaRed", [-0.1776987, .nan, .nan, .nan, .nan, .nan, 0.893022, .nan]),
        ("chi2", [2.660433, 1.599825, 3.139548, .nan, 0.5565553, .nan, 2.432938, 2.562549]),
        ("deviation", [0.4148394, 0.2869525, 1.09022, .nan, 0.06246594, .nan, 1.346627, 0.2867731]),
        ("slope", [-0.0649218, 0.04977254, .nan, .nan, .nan, .nan, -0.1330294, 0.07272732]),
        ("scatter", [0.04356523, 0.01454843, .nan, .nan, .nan, .nan, 0.5312566, 0.004985454]),
        ("scatterSigma", [0.0802917, -0.5214788, .nan, .nan, .nan, .nan, 0.8769886, -0.5862432]),
        ("colour", [-0.192785, .nan, 0.1853131, .nan, .nan, -0.25, -0.008026962, .nan]),
        ("colourLast", [0.07665968, .nan, 0.9254131, .nan, .nan, -0.25, 0.3876399, .nan]),
        ("colourDeviation", [0.1710705, .nan, 0.2938241, .nan, .nan, .nan, 0.2928201, .nan]),
        ("colourSlope", [0.02303136, .nan, 0.04280808, .nan, .nan, .nan, -0.005851363, .nan]),
        ("changeHours", [.nan, .nan, .nan, .nan, 0.08738035, .nan, .nan, 0.00921024]),
        ("changeHoursSigma", [.nan, .nan, .nan, .nan, 1.675453, .nan, .nan, 0.353534]),
        ("changeDays", [0.1295755, 0.08955478, 2, .nan, .nan, .nan, 0.07122833, .nan]),
        ("changeDaysSigma", [3.498265, 1.3736, 41.19015, .nan, .nan, .nan, 0.696178, .nan]),
        ("changeWeek", [0.3520145, 0.2533514, 0.8769362, .nan, .nan, .nan, 0.03477077, 0.2745656]),
        ("changeWeekSigma", [9.869868, 3.859125, 18.65449, .nan, .nan, .nan, 0.3362725, 10.44135]),
        ("changeMonth", [0.8499756, 0.5495312, 2, .nan, .nan, .nan, 0.8952318, 0.7052067]),
        ("changeMonthSigma", [21.34736, 8.136033, 28.31152, .nan, .nan, .nan, 10.26023, 25.52904]),
        ("changeRatio", [0.1524461, 0.1629658, 1, .nan, .nan, .nan, 0.07956411, .nan]),
        ("timeFirst", [-17.85, -20, -24.03125, 0, -0.16, -0.0625, -28.5, -12.3754]),
        ("limitsBefore", [14, 0, 0, 0, 0, 2, 2, 0]),
        ("gapBefore", [1.33, .nan, .nan, .nan, .nan, 2.4375, 0.5, .nan]),
        ("riseBefore", [0.5344503, .nan, .nan, .nan, .nan, 1.35, 0.2979462, .nan]),
        ("limitsAfter", [0, 0, 3, 0, 0, 0, 24, 0]),
        ("deeperShare", [0, 0, 1, 0, 0, 0, 0, 0]),
        ("limitsDeeper", [0, 0, 3, 0, 0, 0, 0, 0]),
        ("referenceRatio", [1.031564, -0.701234, -1.56206, .nan, 1.160426, .nan, 0.2383706, .nan]),
        ("referenceRatioPeak", [1.168345, -0.308, -0.6079641, .nan, 1.230272, 0.3, 1.325528, .nan]),
    ]
}

/// Light curves made by formula.
enum Example: Int, CaseIterable {
    case supernova, fading, pulsating, single, night, fresh, flare, pairs

    /// The alert's time.
    static let mjd = 60_000.0

    var lightCurve: LightCurve {
        var points = Points()
        switch self {
        case .supernova: Self.addSupernova(to: &points)
        case .fading: Self.addFading(to: &points)
        case .pulsating: Self.addPulsating(to: &points)
        case .single: points.addDetection(0, .red, 18.5, 0.1)
        case .night:
            points.reference = [.red: 21]
            for k in 0..<5 {
                points.addDetection(-0.16 + 0.04 * Double(k), .red, 18 + 0.1 * sin(2 * Double(k)), 0.04)
            }
        case .fresh:
            points.reference = [.blue: 20]
            points.addLimit(-6, .red, 20.3)
            points.addLimit(-2.5, .blue, 20.6)
            points.addDetection(-0.0625, .blue, 19.25, 0.09)
            points.addDetection(0, .red, 19.5, 0.12)
        case .flare: Self.addFlare(to: &points)
        case .pairs:
            for k in 0..<4 {
                let (time, fainter) = (-12.375 + 4.125 * Double(k), 0.1 * Double(k * k))
                points.addDetection(time - 0.0004, .blue, 17 + fainter, 0.02)
                points.addDetection(time, .blue, 17.01 + fainter, 0.02)
            }
        }
        return LightCurve(points: points.list)
    }

    private static func addSupernova(to points: inout Points) {
        points.reference = [.red: 20.5]
        for k in 0..<21 {
            let time = -27.44 + 1.37 * Double(k)
            let blue = 17.5 + (time < -8 ? 0.02 : 0.008) * pow(time + 8, 2) + 0.03 * sin(3 * Double(k))
            points.add(time, .blue, blue, 0.02 + 0.01 * (blue - 17), limit: 20.2, fainterThan: 19.8)
            let red = 17.6 + 0.012 * pow(time + 5, 2) + 0.03 * cos(5 * Double(k))
            points.add(time + 0.04, .red, red, 0.02 + 0.01 * (red - 17), limit: 20, fainterThan: 19.8)
        }
    }

    private static func addFading(to points: inout Points) {
        points.reference = [.blue: 17.25]
        for k in 0..<11 {
            let time = -20 + 2 * Double(k)
            points.addDetection(time, .blue, 18 + 0.05 * (time + 20) + 0.02 * cos(3 * Double(k)), 0.05, sign: -1)
        }
    }

    private static func addPulsating(to points: inout Points) {
        points.reference = [.blue: 16.5, .red: 16.25]
        for k in 0..<25 {
            let time = -24 + Double(k)
            if k % 2 == 0 {
                let earlier = time - 0.03125
                let flux = 1.4e5 * sin(2 * .pi * earlier / 0.57) + 3e4
                if abs(flux) > 2e4 {
                    points.addFlux(earlier, .red, flux, 3e3)
                } else {
                    points.addLimit(earlier, .red, 20.1)
                }
            }
            let flux = 2e5 * sin(2 * .pi * time / 0.57) + 2.5e4
            if abs(flux) > 2e4 { points.addFlux(time, .blue, flux, 4e3) } else { points.addLimit(time, .blue, 20.4) }
        }
    }

    private static func addFlare(to points: inout Points) {
        points.reference = [.blue: 20, .red: 19]
        for k in 0..<60 {
            let time = -29.5 + 0.5 * Double(k)
            let magnitude = 19.5 - 3 * exp(-pow(time + 2, 2) / 4) + 0.05 * sin(2.5 * Double(k))
            points.add(
                time,
                k % 3 == 0 ? .blue : .red,
                magnitude,
                0.01 + 0.02 * (magnitude - 16),
                limit: 19.75,
                fainterThan: 19.49
            )
        }
    }
}

/// A light curve that is being made; times in days from the alert.
private struct Points {
    enum Filter: Float {
        case blue = 474.648
        case red = 636.638
    }

    var list: [LightCurve.Point] = []
    /// Magnitudes of the reference's source.
    var reference: [Filter: Double] = [:]

    mutating func add(
        _ time: Double,
        _ filter: Filter,
        _ magnitude: Double,
        _ sigma: Double,
        limit: Double,
        fainterThan faintest: Double
    ) {
        if magnitude < faintest {
            addDetection(time, filter, magnitude, sigma)
        } else {
            addLimit(time, filter, limit)
        }
    }

    mutating func addDetection(
        _ time: Double,
        _ filter: Filter,
        _ magnitude: Double,
        _ sigma: Double,
        sign: Double = 1
    ) {
        let flux = Self.flux(magnitude)
        addFlux(time, filter, sign * flux, flux * sigma / 1.0857)
    }

    mutating func addFlux(_ time: Double, _ filter: Filter, _ flux: Double, _ error: Double) {
        list.append(
            LightCurve.Point(
                mjd: Example.mjd + time,
                flux: Float(flux),
                fluxErr: Float(error),
                totalFlux: reference[filter].map { Float(flux + Self.flux($0)) } ?? .nan,
                wavelength: filter.rawValue,
                kind: .detection
            )
        )
    }

    mutating func addLimit(_ time: Double, _ filter: Filter, _ magnitude: Double) {
        list.append(
            LightCurve.Point(
                mjd: Example.mjd + time,
                flux: .nan,
                fluxErr: Float(Self.flux(magnitude) / 5),
                wavelength: filter.rawValue,
                kind: .upperLimit
            )
        )
    }

    private static func flux(_ magnitude: Double) -> Double { pow(10, (31.4 - magnitude) / 2.5) }
}
