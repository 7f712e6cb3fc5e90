/// A light curve as a model sees it: points of any survey and band, by time, all known at one moment.
public struct LightCurve: Hashable, Sendable {
    /// How a point was measured.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The survey detected the source.
        case detection = 0
        /// Measured at the known position.
        case forced = 1
        /// Nothing was detected: `flux` is NaN, `fluxErr` one fifth of the limit.
        case upperLimit = 2
    }

    /// One point: time, fluxes and errors in nJy, the band's effective wavelength, and how it was measured.
    public struct Point: Hashable, Sendable {
        /// Time in days (MJD) in the survey's own scale.
        public var mjd: Double
        /// Difference flux (nJy), NaN where unknown.
        public var flux: Float
        /// One standard deviation of `flux` (nJy).
        public var fluxErr: Float
        /// Total flux (nJy), NaN where unknown.
        public var totalFlux: Float
        /// One standard deviation of `totalFlux` (nJy).
        public var totalFluxErr: Float
        /// Effective wavelength of the band in nanometres, NaN where unknown.
        public var wavelength: Float
        /// How it was measured.
        public var kind: Kind

        /// A point; total flux is unknown unless given.
        public init(
            mjd: Double,
            flux: Float,
            fluxErr: Float,
            totalFlux: Float = .nan,
            totalFluxErr: Float = .nan,
            wavelength: Float,
            kind: Kind
        ) {
            self.mjd = mjd
            self.flux = flux
            self.fluxErr = fluxErr
            self.totalFlux = totalFlux
            self.totalFluxErr = totalFluxErr
            self.wavelength = wavelength
            self.kind = kind
        }
    }

    /// The points by time.
    public var points: [Point]

    /// A light curve of points that already stand in order of time.
    public init(points: [Point] = []) {
        self.points = points
    }
}
