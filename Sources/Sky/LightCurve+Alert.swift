extension LightCurve {
    /// The points of an alert's own packet that were known at the alert: up to its time, in order of time. A point later
    /// than the alert is left out.
    public init(packetOf alert: Alert) {
        var points: [Point] = []
        points.reserveCapacity(alert.detections.count + alert.forced.count + alert.upperLimits.count)
        for detection in alert.detections where detection.mjd <= alert.mjd { points.append(Point(detection)) }
        for forced in alert.forced where forced.mjd <= alert.mjd { points.append(Point(forced)) }
        for limit in alert.upperLimits where limit.mjd <= alert.mjd { points.append(Point(limit)) }
        points.sort { ($0.mjd, $0.kind.rawValue) < ($1.mjd, $1.kind.rawValue) }
        self.init(points: points)
    }
}

extension LightCurve.Point {
    /// A detection as a point.
    public init(_ detection: Detection) {
        self.init(
            mjd: detection.mjd,
            flux: Float(detection.flux),
            fluxErr: Float(detection.fluxErr),
            totalFlux: Float(detection.totalFlux),
            totalFluxErr: Float(detection.totalFluxErr),
            wavelength: detection.band.wavelength,
            kind: .detection
        )
    }

    /// Forced photometry as a point.
    public init(_ forced: ForcedPhotometry) {
        self.init(
            mjd: forced.mjd,
            flux: Float(forced.flux),
            fluxErr: Float(forced.fluxErr),
            totalFlux: Float(forced.totalFlux),
            totalFluxErr: Float(forced.totalFluxErr),
            wavelength: forced.band.wavelength,
            kind: .forced
        )
    }

    /// An upper limit as a point: no flux, and one standard deviation as error, of which the limit is five.
    public init(_ limit: UpperLimit) {
        self.init(
            mjd: limit.mjd,
            flux: .nan,
            fluxErr: Float(limit.limit / 5),
            wavelength: limit.band.wavelength,
            kind: .upperLimit
        )
    }
}
