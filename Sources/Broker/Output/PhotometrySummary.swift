import Foundation
package import Sky

/// The detection that made an alert, and its object's light curve at that time, in a few numbers.
package struct PhotometrySummary: Hashable, Sendable {
    /// Difference flux of the detection (nJy), NaN where unknown, as are the three after it.
    package var flux: Double
    /// One standard deviation of `flux` (nJy).
    package var fluxErr: Double
    /// Total flux of the detection (nJy).
    package var totalFlux: Double
    /// One standard deviation of `totalFlux` (nJy).
    package var totalFluxErr: Double
    /// Detections up to this one.
    package var detections: Int
    /// Forced measurements up to this one.
    package var forced: Int
    /// Exposures without a detection up to this one.
    package var upperLimits: Int
    /// Time of the first detection (MJD), NaN where there is none.
    package var firstMjd: Double
    /// Largest difference flux among the detections (nJy), NaN where there is none.
    package var peakFlux: Double
    /// Its time (MJD), NaN where there is none.
    package var peakMjd: Double

    /// AB magnitude of the absolute difference flux, nil where the flux is unknown or zero.
    package var magnitude: Double? {
        guard flux.isFinite, flux != 0 else { return nil }
        return ABMagnitude.of(abs(flux))
    }

    /// Sums up a record.
    package init(record: Record) {
        let alert = record.alert
        let own =
            alert.detections.first { $0.id == alert.alertId }
            ?? alert.detections.last { $0.mjd == alert.mjd && $0.band == alert.band }
        flux = own?.flux ?? .nan
        fluxErr = own?.fluxErr ?? .nan
        totalFlux = own?.totalFlux ?? .nan
        totalFluxErr = own?.totalFluxErr ?? .nan
        detections = 0
        forced = 0
        upperLimits = 0
        firstMjd = .nan
        peakFlux = .nan
        peakMjd = .nan
        for point in record.lightCurve.points {
            switch point.kind {
            case .forced: forced += 1
            case .upperLimit: upperLimits += 1
            case .detection:
                detections += 1
                if firstMjd.isNaN { firstMjd = point.mjd }
                if peakFlux.isNaN || Double(point.flux) > peakFlux {
                    peakFlux = Double(point.flux)
                    peakMjd = point.mjd
                }
            }
        }
        // Points of a light curve are single precision: where the detection is the peak, the two agree to the last digit.
        if !peakFlux.isNaN, Float(flux) == Float(peakFlux) { peakFlux = flux }
    }
}
