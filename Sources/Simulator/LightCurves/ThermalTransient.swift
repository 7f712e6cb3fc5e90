/// An explosion that glows like a cooling black body: supernovae and tidal disruptions.
struct ThermalTransient: LightCurveModel {
    /// How the light fades after the peak.
    enum Decline {
        /// Two exponentials: share and time scale of the first, then the radioactive tail (days).
        case exponential(days: Double, tailShare: Double, tailDays: Double)
        /// A plateau of some length, a drop, a tail (days).
        case plateau(days: Double, slope: Double, tail: Double)
        /// (1 + t / t0) to the power of -5/3, the fall-back rate of a disrupted star (Phinney 1989).
        case fallback(days: Double)
    }

    /// Time of the explosion (MJD).
    var explosion: Double
    var redshift: Double
    /// Magnitude in r at the peak.
    var peakMagnitude: Double
    /// Days from the explosion to the peak, in the source's own frame.
    var rise: Double
    var decline: Decline
    /// Temperature at the explosion and long after it (Kelvin), and how fast it falls (days).
    var hot: Double
    var cool: Double
    var cooling: Double
    /// Blocking by metal lines below 4000 Ångström, 0 (none) to 1.
    var blanketing: Double
    /// A second maximum in the red, relative to the first (type Ia).
    var redBump: Double = 0

    func flux(at mjd: Double, in band: Passband) -> Double {
        let age = (mjd - explosion) / (1 + redshift)
        guard age > 0 else { return 0 }
        var light = luminosity(age)
        if redBump > 0, band.rawValue >= Passband.i.rawValue {
            let d = (age - rise - 26) / 8
            light += redBump * Portable.exp(-0.5 * d * d)
        }
        guard light > 1e-5 else { return 0 }
        let temperature = cool + (hot - cool) * Portable.exp(-age / cooling)
        return Photometric.flux(peakMagnitude) * light
            * spectrum(band, temperature) / spectrum(.r, temperature)
    }

    func referenceFlux(in band: Passband) -> Double { 0 }

    private func spectrum(_ band: Passband, _ temperature: Double) -> Double {
        let wavelength = band.wavelength / (1 + redshift)
        let blocked = wavelength < 4000 ? Portable.exp(-blanketing * (4000 - wavelength) / 400) : 1
        return BlackBody.flux(wavelength, temperature) * blocked
    }

    /// Brightness relative to the peak, `age` days after the explosion.
    func luminosity(_ age: Double) -> Double {
        guard age > 0 else { return 0 }
        if age < rise {
            let missing = 1 - age / rise
            return 1 - missing * missing
        }
        let t = age - rise
        switch decline {
        case .exponential(let days, let share, let tailDays):
            // The square softens the corner at the peak.
            let soft = t * t / (t + 4)
            return (1 - share) * Portable.exp(-soft / days) + share * Portable.exp(-t / tailDays)
        case .plateau(let days, let slope, let tail):
            let drop = 1 / (1 + Portable.exp((t - days) / 5))
            return Portable.power10(-0.4 * slope * t / 100) * drop + tail * Portable.exp(-t / 111) * (1 - drop)
        case .fallback(let days):
            return Portable.power(1 + t / days, -5.0 / 3)
        }
    }
}
