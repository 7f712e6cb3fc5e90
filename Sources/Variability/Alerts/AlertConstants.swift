package import Sky

/// The constants of an alert's recent light curve: what can be said of the month before an alert in a row of numbers,
/// for any survey, and of nothing that was known only later.
///
/// They are hand-made features for a classifier of alerts that knows no period: brightness, trend, scatter, colour,
/// change by lag, what the upper limits say, and how bright the difference is beside the source of the reference image.
///
/// **Points.** Those from `window` days before the alert up to its time. Of more than `mostPoints` the newest are looked
/// at. A detection has a difference flux other than 0 and an error, which is taken for 1 % of the flux at least. Forced
/// photometry is a detection where |flux| is above five of its errors, else an upper limit of five errors, as an upper
/// limit is of its own. What lacks a time, a flux or an error is left out. One point an exposure is what `Exposures`
/// gives; repetitions are not looked for here.
///
/// **Magnitudes** are AB, of |difference flux|: a source that has faded by as much is as bright. Times are days from
/// the alert, 0 or negative.
///
/// **Bands.** Surveys differ in bands, so that these are two groups by effective wavelength: blue below 560 nm (u, g) and
/// red from there (r, i, z, y). ZTF's g and r alone are one band each. In a group with several bands each is compared
/// with its own mean only (one trend, but one intercept a band), and a band with one point says nothing of trend or
/// scatter. Changes by lag are of one band. A colour is a blue and the red detection nearest in time, of one sign and
/// less than 0.6 days apart, whatever the two bands are. A band whose wavelength is not known counts among the
/// detections only.
///
/// **The reference's flux** in a band is total less difference flux of the newest point of the band that has both.
///
/// **Left out on purpose:** which band or survey it was, for a model would learn the survey; and the limit of the exposures
/// with detections, which a light curve does not hold and `significance` goes with (rank correlation 0.92 in 137 packets of
/// ZTF). Some that are in depend on a survey's cadence, and a model of more than one survey has to see both or do without:
/// `detections`, `limits`, `detectedShare`, `nights`, `limitsBefore`, `limitsAfter`, `limitsDeeper`.
package enum AlertConstants {
    /// How many days before the alert are looked at: what a packet of ZTF holds.
    package static let window = 31.0

    /// How many points are looked at.
    package static let mostPoints = 200

    /// Names of the constants, in the order of `values`.
    package static let names = AlertConstant.allCases.map { "\($0)" }

    /// The constants, in the order of `names`, NaN where there is none. Without a detection only the counts are known.
    /// - Parameters:
    ///   - lightCurve: points in any order.
    ///   - mjd: the alert's time in the scale of the points.
    package static func values(of lightCurve: LightCurve, until mjd: Double) -> [Float] {
        let curve = RecentCurve(lightCurve, until: mjd)
        var values = AlertConstantValues()
        values.addCounts(of: curve)
        guard let first = curve.detections.first, let last = curve.detections.last else { return values.floats }
        values.addBrightness(of: curve, first: first, last: last)
        values.addTrends(of: curve)
        values.addColours(of: curve)
        values.addChanges(of: curve)
        values.addLimits(of: curve, first: first)
        values.addReference(of: curve, last: last)
        return values.floats
    }
}

/// One of the constants. Its name is what a model asks by: an order or a name that changes is another set of inputs.
enum AlertConstant: Int, CaseIterable {
    /// How many detections.
    case detections
    /// How many upper limits.
    case limits
    /// Detections among all points, 0 to 1.
    case detectedShare
    /// Days from the first to the last detection.
    case span
    /// On how many days, which begin 0.2 days before the alert's time of day, there are detections.
    case nights
    /// Detections with a negative flux among all detections, 0 to 1.
    case negativeShare
    /// 1 where the last detection's flux is positive, else -1.
    case sign
    /// 1 where there are detections of both signs, else 0.
    case bothSigns

    /// Magnitude of the last detection.
    case magnitude
    /// Magnitude of the brightest detection.
    case magnitudeBrightest
    /// Magnitudes between the brightest and the faintest detection of any band.
    case magnitudeRange
    /// log10 of the last detection's |flux| over its error.
    case significance
    /// Time of the brightest detection.
    case timeBrightest

    /// Magnitudes between the brightest and the faintest blue detection of one band.
    case rangeBlue
    /// Magnitudes a day of the blue detections, weighted by significance squared; of one sign, over 0.5 days at least.
    case slopeBlue
    /// The same of the four newest, not weighted.
    case slopeLateBlue
    /// Quadratic coefficient, magnitudes a day squared, of a parabola through the blue detections; of one sign, four at
    /// least, over more than 3 days.
    case curvatureBlue
    /// Root mean square of the magnitudes about that parabola.
    case scatterBlue
    /// log10(0.01 + `scatterBlue` over the root mean square of the magnitudes' errors).
    case scatterSigmaBlue
    /// `rangeBlue` in red.
    case rangeRed
    /// `slopeBlue` in red.
    case slopeRed
    /// `slopeLateBlue` in red.
    case slopeLateRed
    /// `curvatureBlue` in red.
    case curvatureRed
    /// `scatterBlue` in red.
    case scatterRed
    /// `scatterSigmaBlue` in red.
    case scatterSigmaRed
    /// log10(0.01 + reduced chi squared of a constant flux), of the group where it is greater.
    case chi2
    /// Standard deviation of the fluxes over their mean |flux|, of the group where it is greater.
    case deviation
    /// Mean of the slopes, blue and red, that are known.
    case slope
    /// Mean of the scatters that are known.
    case scatter
    /// Mean of the `scatterSigma` that are known.
    case scatterSigma

    /// Median of the colours, blue minus red, in magnitudes.
    case colour
    /// The colour at the newest blue detection that has one.
    case colourLast
    /// Standard deviation of the colours, of three at least.
    case colourDeviation
    /// Magnitudes a day of the colours, of three at least over 0.5 days.
    case colourSlope

    /// Median change of the flux, over the mean |flux| of the two, of pairs of one band up to 0.4 days apart.
    case changeHours
    /// The same change, over the error of the difference.
    case changeHoursSigma
    /// Change from 0.4 to 2.5 days.
    case changeDays
    /// The same, over the error.
    case changeDaysSigma
    /// Change from 2.5 to 8 days.
    case changeWeek
    /// The same, over the error.
    case changeWeekSigma
    /// Change over more than 8 days.
    case changeMonth
    /// The same, over the error.
    case changeMonthSigma
    /// `changeDays` over `changeMonth`: about 1 for what varies within days, little for what goes slowly.
    case changeRatio

    /// Time of the first detection.
    case timeFirst
    /// Upper limits before the first detection.
    case limitsBefore
    /// Days from the last of these to the first detection.
    case gapBefore
    /// Magnitudes from that limit to the first detection, positive where it is brighter than the limit.
    case riseBefore
    /// Upper limits from the first detection on.
    case limitsAfter
    /// Those of `limitsAfter` that are more than 0.3 magnitudes deeper than the median detection among all of them, 0 to
    /// 1: the source was gone. 0 where there are none.
    case deeperShare
    /// How many these are.
    case limitsDeeper

    /// log10 of the last detection's |flux| over the reference's flux in its band.
    case referenceRatio
    /// The same of the detection where it is greatest.
    case referenceRatioPeak
}

/// The constants as they are filled in.
struct AlertConstantValues {
    /// In the order of `AlertConstant`.
    private(set) var floats = [Float](repeating: .nan, count: AlertConstant.allCases.count)

    /// A constant; what is not finite is NaN.
    subscript(_ constant: AlertConstant) -> Double {
        get { Double(floats[constant.rawValue]) }
        set {
            let value = Float(newValue)
            floats[constant.rawValue] = value.isFinite ? value : .nan
        }
    }
}
