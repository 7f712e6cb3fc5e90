/// One measurement of a source in a difference image that the survey detected.
///
/// Fluxes are in nJy on the AB scale, NaN where the survey gives no value. A measurement is plain memory.
public struct Detection: Hashable, Sendable {
    /// The survey's id of the measurement (ZTF `candid`, LSST `diaSourceId`), 0 where it has none.
    public var id: Int64
    /// Time in days (MJD), in the scale and meaning of the alert's `timeScale`.
    public var mjd: Double
    /// Band of the exposure.
    public var band: Band
    /// Difference flux, negative where the source is fainter than in the reference image (nJy).
    public var flux: Double
    /// One standard deviation of `flux` (nJy).
    public var fluxErr: Double
    /// Total flux, reference and difference together (nJy).
    public var totalFlux: Double
    /// One standard deviation of `totalFlux` (nJy).
    public var totalFluxErr: Double

    /// A detection; total flux is unknown unless given.
    public init(
        id: Int64 = 0,
        mjd: Double,
        band: Band,
        flux: Double,
        fluxErr: Double,
        totalFlux: Double = .nan,
        totalFluxErr: Double = .nan
    ) {
        self.id = id
        self.mjd = mjd
        self.band = band
        self.flux = flux
        self.fluxErr = fluxErr
        self.totalFlux = totalFlux
        self.totalFluxErr = totalFluxErr
    }
}

/// One flux measured at a source's known position, whether or not anything was detected there.
///
/// Same fields and units as `Detection`.
public struct ForcedPhotometry: Hashable, Sendable {
    /// The survey's id of the measurement, 0 where it has none.
    public var id: Int64
    /// Time in days (MJD), in the scale and meaning of the alert's `timeScale`.
    public var mjd: Double
    /// Band of the exposure.
    public var band: Band
    /// Difference flux (nJy).
    public var flux: Double
    /// One standard deviation of `flux` (nJy).
    public var fluxErr: Double
    /// Total flux (nJy).
    public var totalFlux: Double
    /// One standard deviation of `totalFlux` (nJy).
    public var totalFluxErr: Double

    /// Forced photometry; total flux is unknown unless given.
    public init(
        id: Int64 = 0,
        mjd: Double,
        band: Band,
        flux: Double,
        fluxErr: Double,
        totalFlux: Double = .nan,
        totalFluxErr: Double = .nan
    ) {
        self.id = id
        self.mjd = mjd
        self.band = band
        self.flux = flux
        self.fluxErr = fluxErr
        self.totalFlux = totalFlux
        self.totalFluxErr = totalFluxErr
    }
}

/// An exposure that covered the position and in which nothing was detected.
public struct UpperLimit: Hashable, Sendable {
    /// Time in days (MJD), in the scale and meaning of the alert's `timeScale`.
    public var mjd: Double
    /// Band of the exposure.
    public var band: Band
    /// Five standard deviations of a point source's flux (nJy).
    public var limit: Double

    /// An upper limit of five standard deviations in nJy.
    public init(mjd: Double, band: Band, limit: Double) {
        self.mjd = mjd
        self.band = band
        self.limit = limit
    }
}
