/// How real the survey holds a detection to be; each value is nil where the survey does not give it.
public struct AlertQuality: Hashable, Sendable {
    /// ZTF `rb`: real/bogus score of the random forest, 0 to 1.
    public var realBogus: Float?
    /// ZTF `drb`: real/bogus score of the neural network, 0 to 1.
    public var deepRealBogus: Float?
    /// LSST `reliability`, 0 to 1.
    public var reliability: Float?
    /// Signal to noise ratio of the detection.
    public var signalToNoise: Float?

    /// Quality with nothing known unless given.
    public init(
        realBogus: Float? = nil,
        deepRealBogus: Float? = nil,
        reliability: Float? = nil,
        signalToNoise: Float? = nil
    ) {
        self.realBogus = realBogus
        self.deepRealBogus = deepRealBogus
        self.reliability = reliability
        self.signalToNoise = signalToNoise
    }
}

/// What the survey itself says of the surroundings of a detection.
public struct AlertContext: Hashable, Sendable {
    /// The nearest source of a star catalogue (ZTF: Pan-STARRS1).
    public struct NearestStar: Hashable, Sendable {
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

    /// The nearest source in the survey's reference image (ZTF `distnr`, `magnr`).
    public struct ReferenceSource: Hashable, Sendable {
        /// Distance in arcseconds.
        public var distance: Float
        /// AB magnitude; nil where unknown.
        public var magnitude: Float?

        /// A reference source.
        public init(distance: Float, magnitude: Float? = nil) {
            self.distance = distance
            self.magnitude = magnitude
        }
    }

    /// A known Solar System object that the survey associates with the detection.
    public struct SolarSystemMatch: Hashable, Sendable {
        /// The survey's name or number of the object.
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

    /// Nearest catalogued star or galaxy.
    public var nearestStar: NearestStar?
    /// Nearest source of the reference image.
    public var referenceSource: ReferenceSource?
    /// Distance of the nearest Gaia source in arcseconds.
    public var gaiaDistance: Float?
    /// Extendedness of the source, 0 point-like to 1 extended (LSST).
    public var extendedness: Float?
    /// Solar System association.
    public var solarSystem: SolarSystemMatch?

    /// Context with nothing known unless given.
    public init(
        nearestStar: NearestStar? = nil,
        referenceSource: ReferenceSource? = nil,
        gaiaDistance: Float? = nil,
        extendedness: Float? = nil,
        solarSystem: SolarSystemMatch? = nil
    ) {
        self.nearestStar = nearestStar
        self.referenceSource = referenceSource
        self.gaiaDistance = gaiaDistance
        self.extendedness = extendedness
        self.solarSystem = solarSystem
    }
}
