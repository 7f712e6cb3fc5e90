/// One source of the simulated sky.
struct SimulatedSource: Sendable {
    /// Number in the order in which sources were made; the object's name comes from it.
    var number: UInt64
    var sourceClass: SourceClass
    /// Degrees (J2000).
    var ra: Double
    var dec: Double
    /// Seed of everything about this source.
    var seed: UInt64
    var light: any LightCurveModel
    /// Mean magnitudes of the source itself, for catalogues: at rest, or of a transient at its peak.
    var magnitudes: PerBand
    /// Effective temperature (Kelvin) for spectra and colours.
    var temperature: Double
    var redshift: Double = 0
    /// Parsec; 0 for what lies outside the Galaxy.
    var distance: Double = 0
    var host: Host?
    /// First and last time at which it may be seen (MJD).
    var begin: Double = -.infinity
    var end: Double = .infinity
    /// Where the survey's exposures have it.
    var placement = Placement()
    /// Detections so far, and the time of the first.
    var detections = 0
    var firstDetection: Double = .nan
    /// The Solar System object that it is, where it is one.
    var asteroid: Asteroid?

    /// What the reference image shows at the place, without the source.
    struct Host: Sendable {
        var magnitudes: PerBand
        /// Offset of the source from the galaxy's centre (arcseconds).
        var offsetRa: Double
        var offsetDec: Double
        /// Exponential scale length (arcseconds), axis ratio and angle of the long axis (radians).
        var scale: Double
        var axisRatio: Double
        var angle: Double

        var separation: Double { (offsetRa * offsetRa + offsetDec * offsetDec).squareRoot() }
    }

    /// Whether it may be seen at a time.
    func isActive(_ mjd: Double) -> Bool { mjd >= begin && mjd <= end }

    /// Flux of everything in the reference image at the source's place (nJy).
    func referenceFlux(in band: Passband) -> Double {
        light.referenceFlux(in: band) + (host.map { Photometric.flux($0.magnitudes[band]) } ?? 0)
    }
}

/// Where a source falls in the survey's grid of fields, and on the detector.
struct Placement: Sendable, Hashable {
    var field = 0
    /// Readout channel (ZTF, 0 to 63) or detector (LSST, 0 to 188).
    var detector = 0
    /// Pixels on it.
    var x = 0.0
    var y = 0.0
    /// Number among the detections of one detector, the same in every exposure.
    var slot = 0
}
