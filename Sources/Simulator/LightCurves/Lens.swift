/// A star behind a point lens (Paczyński 1986), with light of other stars blended in.
struct Lens: LightCurveModel {
    /// Magnitudes without the lens.
    var baseline: PerBand
    /// Time of closest approach (MJD) and time to cross the Einstein radius (days).
    var peak: Double
    var crossing: Double
    /// Impact parameter in Einstein radii.
    var impact: Double
    /// Share of the light that is lensed.
    var share: Double

    func flux(at mjd: Double, in band: Passband) -> Double {
        let x = (mjd - peak) / crossing
        let u2 = impact * impact + x * x
        let magnification = (u2 + 2) / (u2 * (u2 + 4)).squareRoot()
        return Photometric.flux(baseline[band]) * (1 + share * (magnification - 1))
    }

    func referenceFlux(in band: Passband) -> Double {
        Photometric.flux(baseline[band])
    }
}
