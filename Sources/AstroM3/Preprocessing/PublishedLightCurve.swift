import Glibc
import Sky

/// A light curve as the published AstroM3 takes it in: nine channels over the whole curve, single band.
///
/// Rizhko & Bloom 2024 (arXiv 2411.08842) and their code: exact duplicates dropped, flux centred on its mean and
/// divided by its raw median absolute deviation, time from 0 to 1. The six channels after flux and error are constants of
/// the object. Padding is all zero. Of a longer curve their evaluation takes the centre window; on live alerts it is the
/// newest one, so that what has just been seen counts. They were trained on ASAS-SN's V band: total flux in mJy, which
/// the channel log10(MAD) carries as it is.
package struct PublishedLightCurve: Sendable {
    /// Names of the channels, in order.
    static let channels = [
        "time", "flux", "error", "amplitude", "period", "lksl_statistic", "rfr_score", "log10_mad", "delta_t",
    ]

    /// What the catalogue says of the object; NaN where it says nothing. The period in days.
    struct Catalogue {
        var amplitude = Float.nan
        var period = Float.nan
        var lkslStatistic = Float.nan
        var rfrScore = Float.nan
    }

    /// Which points of a curve that is too long are kept.
    enum Window {
        /// As in the published evaluation.
        case centre
        /// As on live alerts.
        case newest
    }

    /// The training unit, in nJy.
    private static let milliJansky = 1e6

    /// A point: time in days, flux and its error in mJy.
    struct Point: Hashable {
        var time: Double
        var flux: Double
        var error: Double
    }

    /// Rows of nine channels, the first `count` of them points.
    struct Rows {
        var values: [Float]
        var count: Int
    }

    var input: PhotometryInput

    /// Rows of a light curve, not padded; nil where no point is usable.
    func rows(of points: [Point], catalogue: Catalogue = Catalogue(), window: Window = .centre) -> Rows? {
        let points = Self.distinct(points.filter { $0.time.isFinite && $0.flux.isFinite && $0.error.isFinite })
        guard let first = points.first, let last = points.last else { return nil }
        let fluxes = points.map(\.flux)
        let mean = fluxes.reduce(0, +) / Double(fluxes.count)
        let scale = Self.scale(of: points)
        let span = last.time - first.time
        let constants = constantChannels(catalogue, scale: scale, span: span)
        let kept =
            switch window {
            case .centre: Self.centreWindow(points, input.maximumPoints)
            case .newest: points.suffix(input.maximumPoints)
            }
        var values: [Float] = []
        values.reserveCapacity(kept.count * Self.channels.count)
        for point in kept {
            values.append(Float(span > 0 ? (point.time - first.time) / span : 0))
            values.append(Float((point.flux - mean) / scale))
            values.append(Float(point.error / scale))
            values.append(contentsOf: constants)
        }
        for i in values.indices where !values[i].isFinite { values[i] = 0 }
        return Rows(values: values, count: kept.count)
    }

    /// Rows of the newest points of a live light curve; a point that lacks the chosen flux is left out.
    func rows(of lightCurve: LightCurve, until mjd: Double, choice: FluxChoice) -> Rows? {
        let known = lightCurve.points.filter { $0.kind != .upperLimit && !($0.mjd > mjd) }
        return rows(
            of: known.map { point in
                let (flux, error) =
                    switch choice {
                    case .total: (point.totalFlux, point.totalFluxErr)
                    case .difference: (point.flux, point.fluxErr)
                    }
                return Point(
                    time: point.mjd,
                    flux: Double(flux) / Self.milliJansky,
                    error: Double(error) / Self.milliJansky
                )
            },
            window: .newest
        )
    }

    /// Sorted by time, then flux, then error, without exact duplicates (`numpy.unique` over rows).
    private static func distinct(_ points: [Point]) -> [Point] {
        let sorted = points.sorted { ($0.time, $0.flux, $0.error) < ($1.time, $1.flux, $1.error) }
        return sorted.enumerated().filter { $0.offset == 0 || sorted[$0.offset - 1] != $0.element }.map(\.element)
    }

    /// The raw median absolute deviation; where it is 0 the median error, where that is 0 too, 1.
    private static func scale(of points: [Point]) -> Double {
        let deviation = Robust.medianAbsoluteDeviation(points.map(\.flux))
        if deviation > 0 { return deviation }
        let error = Robust.median(points.map { abs($0.error) })
        return error > 0 ? error : 1
    }

    private static func centreWindow(_ points: [Point], _ maximum: Int) -> ArraySlice<Point> {
        guard points.count > maximum else { return points[...] }
        let start = (points.count - maximum) / 2
        return points[start..<start + maximum]
    }

    private func constantChannels(_ catalogue: Catalogue, scale: Double, span: Double) -> [Float] {
        let raw = [
            catalogue.amplitude, Float(log10(Double(catalogue.period))), catalogue.lkslStatistic, catalogue.rfrScore,
        ]
        var constants: [Float] = []
        for (place, value) in raw.enumerated() {
            let standardised = (value - input.mean[3 + place]) / input.std[3 + place]
            constants.append(standardised.isFinite ? standardised : 0)
        }
        // delta_t is in years of 365 days.
        return constants + [Float(log10(scale)), Float(span / 365)]
    }
}
