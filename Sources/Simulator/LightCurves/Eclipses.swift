/// A binary star whose components hide each other.
struct Eclipses: LightCurveModel {
    /// Magnitudes outside eclipse.
    var bright: PerBand
    /// Days.
    var period: Double
    /// Time of the primary minimum (MJD).
    var epoch: Double
    /// Depths of the two minima (magnitudes).
    var primaryDepth: Double
    var secondaryDepth: Double
    /// Half width of the eclipses in phase.
    var halfWidth: Double
    /// Semi-amplitude of the light of the deformed stars (magnitudes).
    var deformation: Double
    /// Phase of the secondary minimum.
    var secondaryPhase: Double = 0.5

    func flux(at mjd: Double, in band: Passband) -> Double {
        let cycles = (mjd - epoch) / period
        let phase = cycles - cycles.rounded(.down)
        // Hot and cold component: the primary minimum is a little deeper in the blue.
        let colour = 1 + 0.05 * Double(Passband.r.rawValue - band.rawValue)
        var dimming = deformation * (1 + Portable.cos(4 * .pi * phase))
        dimming += primaryDepth * colour * dip(phase, 0) + secondaryDepth * dip(phase, secondaryPhase)
        return Photometric.flux(bright[band] + dimming)
    }

    func referenceFlux(in band: Passband) -> Double {
        Photometric.flux(bright[band] + deformation)
    }

    /// Share of the depth that is reached: 1 in the middle, 0 outside, smooth in between.
    private func dip(_ phase: Double, _ centre: Double) -> Double {
        var distance = (phase - centre).magnitude
        distance = min(distance, 1 - distance)
        guard distance < halfWidth else { return 0 }
        let x = distance / halfWidth
        return (1 - x * x) * (1 - x * x)
    }
}
