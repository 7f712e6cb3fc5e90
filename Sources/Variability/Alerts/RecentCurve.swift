import Glibc
import Sky

/// What of a light curve the constants of an alert are made from: detections and upper limits of the last weeks up to the
/// alert, by time.
struct RecentCurve {
    /// A detection. Time in days from the alert, fluxes in nJy.
    struct Detection {
        var time: Double
        var flux: Double
        var error: Double
        var magnitude: Double
        var wavelength: Float
        var colour: BandColour?
    }

    /// An upper limit: time in days from the alert, the limit in magnitudes.
    struct Limit {
        var time: Double
        var magnitude: Double
    }

    /// How many errors a forced flux must be above to be a detection, and a limit is of.
    static let detectionLimit = 5.0

    /// The least error of a detection as a part of its flux.
    static let leastError = 0.01

    private(set) var detections: [Detection] = []
    private(set) var limits: [Limit] = []
    /// The reference's flux (nJy) in a band.
    private(set) var references: [(wavelength: Float, flux: Double)] = []

    init(_ lightCurve: LightCurve, until mjd: Double) {
        let points = Self.usable(lightCurve.points, until: mjd)
        detections.reserveCapacity(points.count)
        for point in points {
            let (flux, error) = (Double(point.flux), Double(point.fluxErr))
            if Self.isDetection(point) {
                detections.append(
                    Detection(
                        time: point.mjd - mjd,
                        flux: flux,
                        error: max(error, Self.leastError * abs(flux)),
                        magnitude: Self.magnitude(flux),
                        wavelength: point.wavelength,
                        colour: BandColour(wavelength: point.wavelength)
                    )
                )
            } else {
                limits.append(
                    Limit(time: point.mjd - mjd, magnitude: Self.magnitude(Self.detectionLimit * error))
                )
            }
        }
        for point in points.reversed() where point.wavelength.isFinite && point.kind != .upperLimit {
            let reference = Double(point.totalFlux) - Double(point.flux)
            guard reference > 0, reference.isFinite, self.reference(point.wavelength) == nil else { continue }
            references.append((point.wavelength, reference))
        }
    }

    /// The reference's flux in a band, nil where it is not known.
    func reference(_ wavelength: Float) -> Double? {
        references.first { $0.wavelength == wavelength }?.flux
    }

    /// AB magnitude of a flux in nJy, whatever its sign.
    static func magnitude(_ flux: Double) -> Double { ABMagnitude.of(abs(flux)) }

    /// Points that say something, within the window, by time; the newest where there are too many.
    private static func usable(_ points: [LightCurve.Point], until mjd: Double) -> [LightCurve.Point] {
        var kept: [LightCurve.Point] = []
        kept.reserveCapacity(points.count)
        var isSorted = true
        for point in points {
            let time = point.mjd - mjd
            guard time <= 0, time >= -AlertConstants.window, isUsable(point) else { continue }
            if let last = kept.last, isBefore(point, last) { isSorted = false }
            kept.append(point)
        }
        if !isSorted { kept.sort(by: isBefore) }
        return kept.count > AlertConstants.mostPoints ? Array(kept.suffix(AlertConstants.mostPoints)) : kept
    }

    private static func isUsable(_ point: LightCurve.Point) -> Bool {
        guard point.fluxErr.isFinite else { return false }
        switch point.kind {
        case .detection: return point.flux.isFinite && point.flux != 0 && point.fluxErr >= 0
        case .forced: return point.flux.isFinite && point.fluxErr > 0
        case .upperLimit: return point.fluxErr > 0
        }
    }

    private static func isDetection(_ point: LightCurve.Point) -> Bool {
        switch point.kind {
        case .detection: true
        case .forced: abs(Double(point.flux)) > detectionLimit * Double(point.fluxErr)
        case .upperLimit: false
        }
    }

    /// By time; simultaneous points in an order that does not depend on how they came.
    private static func isBefore(_ left: LightCurve.Point, _ right: LightCurve.Point) -> Bool {
        if left.mjd != right.mjd { return left.mjd < right.mjd }
        if left.wavelength.bitPattern != right.wavelength.bitPattern {
            return left.wavelength.bitPattern < right.wavelength.bitPattern
        }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.flux.bitPattern != right.flux.bitPattern { return left.flux.bitPattern < right.flux.bitPattern }
        if left.fluxErr != right.fluxErr { return left.fluxErr < right.fluxErr }
        return left.totalFlux.bitPattern < right.totalFlux.bitPattern
    }
}
