/// How bright a source is, at any time, in any band: a function of time without a memory, so that the history in a
/// packet agrees with the packets that came before it.
protocol LightCurveModel: Sendable {
    /// Flux in nJy at a time (MJD).
    func flux(at mjd: Double, in band: Passband) -> Double
    /// Flux in nJy that the reference image holds.
    func referenceFlux(in band: Passband) -> Double
}

/// Black-body radiation.
enum BlackBody {
    /// Flux per frequency, in units of its own, at a wavelength in Ångström and a temperature in Kelvin.
    static func flux(_ wavelength: Double, _ temperature: Double) -> Double {
        let x = 1.438777e8 / (wavelength * temperature)
        let w = wavelength / 5000
        return 1 / (w * w * w * (Portable.exp(min(x, 600)) - 1))
    }

    /// Magnitudes of the six bands relative to r.
    static func colours(_ temperature: Double) -> PerBand {
        let r = flux(Passband.r.wavelength, temperature)
        var colours = PerBand()
        for band in Passband.allCases {
            colours[band] = -2.5 * Portable.log10(flux(band.wavelength, temperature) / r)
        }
        return colours
    }
}
