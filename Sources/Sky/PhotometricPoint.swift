/// What one exposure says of a source in a packet: a detection, forced photometry, or the limit of an exposure in
/// which nothing was found.
///
/// Fluxes are in nJy on the AB scale, NaN where the survey gives no value. A point is plain memory: it holds no
/// reference, so that histories are copied and freed at once.
public struct PhotometricPoint: Hashable, Sendable {
    /// The survey's id of the measurement (ZTF `candid`, LSST `diaSourceId` or `diaForcedSourceId`), 0 where it has
    /// none.
    public var id: Int64
    /// Time in days (MJD), in the scale and meaning of the alert's `timeScale`.
    public var mjd: Double
    /// Difference flux, negative where the source is fainter than in the reference image (nJy). Of an upper limit the
    /// limit itself: five standard deviations of a point source's flux.
    public var flux: Double
    /// One standard deviation of `flux` (nJy), NaN for an upper limit.
    public var fluxErr: Double
    /// Total flux, reference and difference together (nJy).
    public var totalFlux: Double
    /// One standard deviation of `totalFlux` (nJy).
    public var totalFluxErr: Double
    /// Band of the exposure.
    public var band: Band
    /// What the survey says of the measurement's quality, as it stands in the packet.
    public var quality: PointQuality
    /// How it was measured.
    public var kind: LightCurve.Kind
    /// The survey's program that paid for the exposure (ZTF `programid`), `SurveyProgram.none` where the survey has none.
    public var programId: Int8
    /// Whether the packet's choice among its rivals, points of one kind and one exposure, fell on this one. A point
    /// without rivals is chosen.
    public var isChosen: Bool
    /// The survey has taken the measurement back.
    public var isWithdrawn: Bool

    /// A point; what is not given is not known.
    public init(
        kind: LightCurve.Kind,
        id: Int64 = 0,
        mjd: Double,
        band: Band,
        flux: Double,
        fluxErr: Double,
        totalFlux: Double = .nan,
        totalFluxErr: Double = .nan,
        quality: PointQuality = PointQuality(),
        programId: Int8 = SurveyProgram.none,
        isChosen: Bool = true,
        isWithdrawn: Bool = false
    ) {
        self.kind = kind
        self.id = id
        self.mjd = mjd
        self.band = band
        self.flux = flux
        self.fluxErr = fluxErr
        self.totalFlux = totalFlux
        self.totalFluxErr = totalFluxErr
        self.quality = quality
        self.programId = programId
        self.isChosen = isChosen
        self.isWithdrawn = isWithdrawn
    }

    /// Points are one and the same when all that they say agrees, and NaN agrees with NaN.
    public static func == (left: PhotometricPoint, right: PhotometricPoint) -> Bool {
        func agree(_ left: Double, _ right: Double) -> Bool { left == right || (left.isNaN && right.isNaN) }
        return left.kind == right.kind && left.id == right.id && agree(left.mjd, right.mjd) && left.band == right.band
            && agree(left.flux, right.flux) && agree(left.fluxErr, right.fluxErr)
            && agree(left.totalFlux, right.totalFlux) && agree(left.totalFluxErr, right.totalFluxErr)
            && left.quality == right.quality && left.programId == right.programId && left.isChosen == right.isChosen
            && left.isWithdrawn == right.isWithdrawn
    }

    /// Hashes some of what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(id)
        hasher.combine(band)
        if !mjd.isNaN { hasher.combine(mjd) }
        if !flux.isNaN { hasher.combine(flux) }
    }

    /// Whether everybody may see it.
    public var isPublic: Bool { SurveyProgram.isPublic(programId) }

    /// A source that the survey detected.
    public static func detection(
        id: Int64 = 0,
        mjd: Double,
        band: Band,
        flux: Double,
        fluxErr: Double,
        totalFlux: Double = .nan,
        totalFluxErr: Double = .nan
    ) -> PhotometricPoint {
        PhotometricPoint(
            kind: .detection,
            id: id,
            mjd: mjd,
            band: band,
            flux: flux,
            fluxErr: fluxErr,
            totalFlux: totalFlux,
            totalFluxErr: totalFluxErr
        )
    }

    /// A flux measured at a source's known position, whether or not anything was detected there.
    public static func forced(
        id: Int64 = 0,
        mjd: Double,
        band: Band,
        flux: Double,
        fluxErr: Double,
        totalFlux: Double = .nan,
        totalFluxErr: Double = .nan
    ) -> PhotometricPoint {
        PhotometricPoint(
            kind: .forced,
            id: id,
            mjd: mjd,
            band: band,
            flux: flux,
            fluxErr: fluxErr,
            totalFlux: totalFlux,
            totalFluxErr: totalFluxErr
        )
    }

    /// An exposure that covered the position and in which nothing was detected, with its limit of five standard
    /// deviations (nJy).
    public static func upperLimit(mjd: Double, band: Band, limit: Double) -> PhotometricPoint {
        PhotometricPoint(kind: .upperLimit, mjd: mjd, band: band, flux: limit, fluxErr: .nan)
    }
}
