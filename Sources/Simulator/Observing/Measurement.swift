/// What one exposure says of one source.
struct Measurement: Sendable {
    var exposure: Exposure
    /// Difference flux and its standard deviation (nJy).
    var flux: Double
    var fluxErr: Double
    /// Flux at the known position, measured whether or not anything was found (nJy).
    var forcedFlux: Double
    /// Flux of the reference image at the place: all of it, and of the source alone (nJy).
    var referenceFlux: Double
    /// Offset of the measured position from the true one (arcseconds).
    var offsetRa: Double
    var offsetDec: Double

    var signalToNoise: Double { flux.magnitude / fluxErr }

    /// Surveys report what is five standard deviations above (or below) the noise.
    var isDetected: Bool { signalToNoise >= 5 }

    /// Measures a source. Photon noise and imperfect subtraction grow with the light at the place.
    init(_ source: SimulatedSource, _ exposure: Exposure) {
        var random = RandomStream(source.seed, .measurement, exposure.seed)
        let band = exposure.band
        let light = source.isActive(exposure.mjd) ? source.light.flux(at: exposure.mjd, in: band) : 0
        // Before and after its life a lensed star is still a star.
        let reference = source.light.referenceFlux(in: band)
        let change = source.isActive(exposure.mjd) ? light - reference : 0
        let hostLight = source.host.map { Photometric.flux($0.magnitudes[band]) } ?? 0
        let total = max(0, light) + 0.3 * hostLight
        let background = exposure.backgroundError
        // One data number of ZTF is about 6 electrons; Rubin's photons are counted in the depth alone.
        let photon = Photometric.flux(exposure.zeroPoint) / 6.2
        let variance =
            background * background + photon * total + (0.012 * total) * (0.012 * total)
        let error = variance.squareRoot()
        let noise = random.normal()
        let other = random.normal()
        self.exposure = exposure
        flux = change + error * noise
        fluxErr = error
        // The same pixels, another centre: mostly the same noise.
        forcedFlux = change + error * (0.95 * noise + 0.31 * other)
        referenceFlux = reference + hostLight
        let blur = min(0.3, 0.9 / max(signalToNoiseOf(flux, error), 1))
        offsetRa = random.normal(0, blur + 0.03)
        offsetDec = random.normal(0, blur + 0.03)
    }
}

private func signalToNoiseOf(_ flux: Double, _ error: Double) -> Double { flux.magnitude / error }
