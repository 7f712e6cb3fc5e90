extension Alert {
    /// All points of the packet: detections, forced photometry, upper limits, each by time.
    public var points: [PhotometricPoint] { detections + forced + upperLimits }

    /// The points of the packet that stand at the alert, one an exposure, by time and band: up to its time.
    public func exposures(quality: QualityRule) -> [PhotometricPoint] {
        let rank = Exposures.PacketRank(mjd: mjd, alertId: alertId)
        return Exposures.standing(
            points.map { Exposures.Version($0, rank) },
            alertId: alertId,
            upTo: mjd,
            cut: quality.cut(of: survey)
        )
    }
}

extension LightCurve {
    /// What an alert's own packet says of its object up to the alert: one point an exposure, by time.
    public init(packetOf alert: Alert, quality: QualityRule) {
        self.init(points: alert.exposures(quality: quality).map { Point($0) })
    }
}

extension LightCurve.Point {
    /// A packet's point as a model sees it. Of an upper limit there is no flux, and one standard deviation as error,
    /// of which the limit is five.
    public init(_ point: PhotometricPoint) {
        let isLimit = point.kind == .upperLimit
        self.init(
            mjd: point.mjd,
            flux: isLimit ? .nan : Float(point.flux),
            fluxErr: Float(isLimit ? point.flux / 5 : point.fluxErr),
            totalFlux: Float(point.totalFlux),
            totalFluxErr: Float(point.totalFluxErr),
            wavelength: point.band.wavelength,
            kind: point.kind
        )
    }
}
