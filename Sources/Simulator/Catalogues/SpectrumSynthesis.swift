internal import Sky

/// Makes the optical spectrum of a source: continuum, the features by which its class is known, noise.
enum SpectrumSynthesis {
    /// Wavelengths in Ångström: 3850 to 8998 in steps of 2, the grid of AstroM3.
    static let wavelength: [Float] = (0..<2575).map { 3850 + 2 * Float($0) }

    /// A spectrum taken at a time.
    static func spectrum(_ source: SimulatedSource, mjd: Double) -> Spectrum {
        var random = RandomStream(source.seed, .spectrum)
        var lines = SpectralLines(
            redshift: source.redshift,
            wavelength: wavelength,
            flux: continuum(source, mjd)
        )
        features(&lines, source, mjd, &random)
        // Flux density in 10^-17 erg/s/cm2/Å of the source's magnitude, at the wavelength of r.
        let r = max(10, source.magnitudes[.r])
        let scale = 2.81 * Portable.power10(-0.4 * (r - 20))
        let quality = random.logUniform(8, 60)
        var flux: [Float] = []
        var uncertainty: [Float] = []
        flux.reserveCapacity(wavelength.count)
        uncertainty.reserveCapacity(wavelength.count)
        for (index, value) in lines.flux.enumerated() {
            // Spectrographs are worst at the ends.
            let edge = (Double(index) / Double(wavelength.count) - 0.5) * 2
            let error = scale * (0.7 + 0.3 * value) / quality * (1 + edge * edge)
            flux.append(Float(scale * value + error * random.normal()))
            uncertainty.append(Float(error))
        }
        return Spectrum(
            wavelength: wavelength,
            flux: flux,
            uncertainty: uncertainty,
            mjd: mjd,
            source: "simulated"
        )
    }

    /// Flux per wavelength, 1 at the effective wavelength of r.
    private static func continuum(_ source: SimulatedSource, _ mjd: Double) -> [Double] {
        var temperature = source.temperature
        if let explosion = source.light as? ThermalTransient {
            let age = max(0, mjd - explosion.explosion) / (1 + source.redshift)
            temperature = explosion.cool + (explosion.hot - explosion.cool) * Portable.exp(-age / explosion.cooling)
        }
        let isPower = source.sourceClass == .activeNucleus
        func value(_ lambda: Double) -> Double {
            if isPower { return Portable.power(lambda / 6223, -1.5) }
            let rest = lambda / (1 + source.redshift)
            return BlackBody.flux(rest, temperature) / (lambda * lambda)
        }
        let norm = value(Passband.r.wavelength)
        return wavelength.map { value(Double($0)) / norm }
    }

    private static func features(
        _ lines: inout SpectralLines,
        _ source: SimulatedSource,
        _ mjd: Double,
        _ random: inout RandomStream
    ) {
        switch source.sourceClass {
        case .supernovaIa, .supernovaIbc, .supernovaII, .supernovaIIn, .superluminous, .tidalDisruption:
            ExplosionFeatures.add(source.sourceClass, &lines, &random)
            hostLines(&lines, strength: random.uniform(0, 0.3))
        case .activeNucleus: nucleusLines(&lines, &random)
        case .cataclysmic:
            for (place, rest) in SpectralLines.balmer.enumerated() {
                lines.line(rest, depth: -random.uniform(0.7, 1.6) * Portable.power(0.85, Double(place)), width: 14)
            }
            for rest in [5875.6, 6678.2, 4471.5, 4685.7] {
                lines.line(rest, depth: -random.uniform(0.15, 0.5), width: 13)
            }
        case .youngStar:
            starLines(&lines, source.temperature)
            lines.line(6562.8, depth: -random.uniform(1, 6), width: 5)
            lines.line(4861.3, depth: -random.uniform(0.3, 1.5), width: 4)
            lines.line(6707.8, depth: 0.2, width: 2)
        case .mira:
            starLines(&lines, source.temperature)
            for rest in [4101.7, 4340.5, 6562.8] where random.chance(0.7) {
                lines.line(rest, depth: -random.uniform(0.3, 2), width: 3)
            }
        default: starLines(&lines, source.temperature)
        }
    }

    /// Absorption in the photosphere of a star of a temperature.
    private static func starLines(_ lines: inout SpectralLines, _ temperature: Double) {
        let hot = (temperature - 9000) / (temperature > 9000 ? 6000 : 2200)
        let balmer = 0.62 * Portable.exp(-0.5 * hot * hot)
        for rest in SpectralLines.balmer {
            lines.line(rest, depth: balmer + 0.03, width: 3 + 9 * balmer)
        }
        let cool = min(1, max(0, (7500 - temperature) / 2500))
        for (rest, depth, width) in metals {
            lines.line(rest, depth: depth * cool, width: width)
        }
        let molecules = min(0.75, max(0, (3950 - temperature) / 1300))
        if molecules > 0 {
            for head in SpectralLines.titaniumOxide {
                lines.band(head, depth: molecules, length: 110)
            }
        }
    }

    private static let metals: [(Double, Double, Double)] = [
        (3933.7, 0.75, 9), (3968.5, 0.7, 9), (4226.7, 0.35, 4), (4304, 0.4, 14), (4383, 0.2, 6), (5175, 0.4, 16),
        (5270, 0.18, 6), (5335, 0.12, 6), (5890, 0.4, 4), (5896, 0.35, 4), (8498, 0.3, 4), (8542, 0.45, 5),
        (8662, 0.4, 5),
    ]

    /// Emission of the gas in a galaxy that forms stars.
    private static func hostLines(_ lines: inout SpectralLines, strength: Double) {
        for (rest, share) in [(6562.8, 1.0), (4861.3, 0.35), (5006.8, 0.5), (4958.9, 0.17), (3727.4, 0.6), (6583, 0.3)]
        {
            lines.line(rest, depth: -strength * share, width: 3.5)
        }
    }

    private static func nucleusLines(_ lines: inout SpectralLines, _ random: inout RandomStream) {
        let broad = random.uniform(18, 45)
        for (rest, strength) in [
            (6562.8, 2.2), (4861.3, 0.7), (4340.5, 0.35), (2799.1, 0.9), (1908.7, 0.7), (1549.1, 1.4), (1215.7, 2.5),
        ] {
            lines.line(rest, depth: -strength * random.uniform(0.7, 1.3), width: broad * rest / 5000)
        }
        let narrow = random.uniform(0.2, 1.2)
        for (rest, share) in [(5006.8, 1.0), (4958.9, 0.33), (3727.4, 0.3), (6583.4, 0.5), (6716.4, 0.15)] {
            lines.line(rest, depth: -narrow * share, width: 4)
        }
    }
}
