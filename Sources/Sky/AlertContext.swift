/// What the survey itself says of the surroundings of a detection, and of its own counts; each value is nil where the
/// survey does not give it.
public struct AlertContext: Hashable, Sendable {
    /// Arcseconds within which a source of a catalogue, or of the reference image, is the object itself.
    public static let ownRadius: Float = 1.5

    /// Arcseconds within which a source of ZTF's reference image and the difference together are the object's total flux: ALeRCE's
    /// limit for its corrected light curves (Forster et al. 2021, AJ 161, 242). ZTF itself takes detections within 1.5 for one object.
    public static let totalRadius = 1.4

    /// A source of a catalogue near the detection (ZTF: Pan-STARRS1).
    public struct NearestSource: Hashable, Sendable {
        /// Distance in arcseconds.
        public var distance: Float
        /// Star/galaxy score, 0 galaxy to 1 star; nil where unknown.
        public var starGalaxyScore: Float?

        /// A nearest source.
        public init(distance: Float, starGalaxyScore: Float? = nil) {
            self.distance = distance
            self.starGalaxyScore = starGalaxyScore
        }
    }

    /// The nearest source in the survey's reference image (ZTF `distnr`, `magnr`, `chinr`, `sharpnr`).
    public struct ReferenceSource: Hashable, Sendable {
        /// Distance in arcseconds.
        public var distance: Float
        /// AB magnitude; nil where unknown.
        public var magnitude: Float?
        /// Chi of the PSF fit; nil where unknown.
        public var chi: Float?
        /// Sharpness of the PSF fit, 0 for a star; nil where unknown.
        public var sharpness: Float?

        /// A reference source.
        public init(distance: Float, magnitude: Float? = nil, chi: Float? = nil, sharpness: Float? = nil) {
            self.distance = distance
            self.magnitude = magnitude
            self.chi = chi
            self.sharpness = sharpness
        }
    }

    /// A source of Gaia near the detection.
    public struct GaiaSource: Hashable, Sendable {
        /// Distance in arcseconds.
        public var distance: Float
        /// Gaia's G magnitude; nil where unknown.
        public var magnitude: Float?

        /// A Gaia source.
        public init(distance: Float, magnitude: Float? = nil) {
            self.distance = distance
            self.magnitude = magnitude
        }
    }

    /// A known Solar System object that the survey associates with the detection.
    public struct SolarSystemMatch: Hashable, Sendable {
        /// The survey's name or number of the object; a packed designation stands unpacked.
        public var name: String
        /// Distance from the predicted position in arcseconds; nil where unknown.
        public var distance: Float?
        /// Predicted magnitude; nil where unknown.
        public var magnitude: Float?

        /// A match by the survey's own association.
        public init(name: String, distance: Float? = nil, magnitude: Float? = nil) {
            self.name = name
            self.distance = distance
            self.magnitude = magnitude
        }
    }

    /// The fit of a trail to the source (LSST).
    public struct TrailFit: Hashable, Sendable {
        /// Difference flux of the trailed source (nJy).
        public var flux: Float?
        /// Length in arcseconds.
        public var length: Float
        /// Angle between the meridian and the trail in degrees.
        public var angle: Float?
        /// Chi squared of the fit.
        public var chi2: Float?
        /// Pixels of the fit.
        public var dataCount: Int64?

        /// A fit.
        public init(
            flux: Float? = nil,
            length: Float,
            angle: Float? = nil,
            chi2: Float? = nil,
            dataCount: Int64? = nil
        ) {
            self.flux = flux
            self.length = length
            self.angle = angle
            self.chi2 = chi2
            self.dataCount = dataCount
        }
    }

    /// The fit of a dipole, a positive and a negative lobe, to the source (LSST).
    public struct DipoleFit: Hashable, Sendable {
        /// Mean absolute flux of the two lobes (nJy).
        public var meanFlux: Float?
        /// Difference of the absolute fluxes of the lobes (nJy).
        public var fluxDifference: Float?
        /// Separation of the lobes in arcseconds.
        public var length: Float
        /// Angle between the meridian and the line through the lobes in degrees.
        public var angle: Float?
        /// Chi squared of the fit.
        public var chi2: Float?
        /// Pixels of the fit.
        public var dataCount: Int64?

        /// A fit.
        public init(
            meanFlux: Float? = nil,
            fluxDifference: Float? = nil,
            length: Float,
            angle: Float? = nil,
            chi2: Float? = nil,
            dataCount: Int64? = nil
        ) {
            self.meanFlux = meanFlux
            self.fluxDifference = fluxDifference
            self.length = length
            self.angle = angle
            self.chi2 = chi2
            self.dataCount = dataCount
        }
    }

    /// Where a survey looks for sources near a detection.
    public struct Searches: OptionSet, Hashable, Sendable {
        /// A bit a search.
        public let rawValue: UInt8
        /// The searches of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Among catalogued stars and galaxies.
        public static let sources = Searches(rawValue: 1)
        /// In the catalogue of the reference image.
        public static let reference = Searches(rawValue: 2)
        /// In Gaia.
        public static let gaia = Searches(rawValue: 4)
    }

    /// Where the packet says that it has looked, found or not: nothing there and not told are not the same.
    public var searches: Searches = []
    /// The catalogued stars and galaxies nearest to the detection, at most three, the nearest first.
    public var nearestSources: [NearestSource] = []
    /// Nearest source of the reference image.
    public var referenceSource: ReferenceSource?
    /// The nearest Gaia source.
    public var gaia: GaiaSource?
    /// The nearest bright Gaia source (ZTF: G < 14).
    public var brightGaia: GaiaSource?
    /// How often the survey has detected the object by its own count (ZTF `ndethist`, LSST `nDiaSources`).
    public var detectionCount: Int64?
    /// How many exposures of the survey have covered the position by its own count (ZTF `ncovhist`).
    public var coverageCount: Int64?
    /// Time of the survey's first detection (MJD) in the alert's `timeScale` (ZTF `jdstarthist`, LSST
    /// `firstDiaSourceMjdTai`).
    public var firstDetectionMjd: Double?
    /// Extendedness of the source, 0 point-like to 1 extended (LSST).
    public var extendedness: Float?
    /// Fit of a trail.
    public var trail: TrailFit?
    /// Fit of a dipole.
    public var dipole: DipoleFit?
    /// Solar System association.
    public var solarSystem: SolarSystemMatch?

    /// Context with nothing known.
    public init() {}
}
