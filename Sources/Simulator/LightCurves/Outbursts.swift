/// A cataclysmic variable: quiet, with outbursts that rise in a day and fade in a week, at irregular intervals.
struct Outbursts: LightCurveModel {
    /// Magnitudes at rest.
    var quiet: PerBand
    /// How much brighter the outbursts are (magnitudes).
    var amplitude: Double
    /// Days between outbursts, on average.
    var interval: Double
    /// Days at maximum, and days for one magnitude of the decline.
    var duration: Double
    var decline: Double
    var seed: UInt64

    func flux(at mjd: Double, in band: Passband) -> Double {
        let cycle = (mjd / interval).rounded(.down)
        let strength = max(burst(cycle, mjd), burst(cycle - 1, mjd))
        let flicker = 0.12 * noise(mjd)
        // An outburst is a hot disc: bluer than the star at rest.
        let colour = 1 + 0.06 * Double(Passband.r.rawValue - band.rawValue)
        return Photometric.flux(quiet[band] - strength * colour + flicker)
    }

    func referenceFlux(in band: Passband) -> Double {
        Photometric.flux(quiet[band])
    }

    /// Magnitudes above rest because of the outburst of one cycle.
    private func burst(_ cycle: Double, _ mjd: Double) -> Double {
        var random = RandomStream(seed, .outburst, UInt64(bitPattern: Int64(cycle)))
        let start = (cycle + random.uniform(0, 0.8)) * interval
        let peak = amplitude * random.uniform(0.7, 1)
        let age = mjd - start
        guard age > 0 else { return 0 }
        if age < 1 { return peak * age }
        if age < 1 + duration { return peak - 0.05 * (age - 1) }
        return max(0, peak - 0.05 * duration - (age - 1 - duration) / decline)
    }

    /// Flickering of the accretion disc, between -1 and 1.
    private func noise(_ mjd: Double) -> Double {
        Portable.sin(mjd * 71.3 + Double(seed & 0xFF)) * Portable.sin(mjd * 213.7)
    }
}
