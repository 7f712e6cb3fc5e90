internal import Sky

/// Makes the catalogue features of a source: magnitudes from Gaia, 2MASS and AllWISE that follow from its temperature and
/// dust, parallax and proper motion from its distance. What a catalogue cannot see is NaN.
enum MetadataSynthesis {
    /// Effective wavelength in Ångström, AB magnitude of Vega, faintest magnitude and error there.
    private struct Infrared {
        var wavelength: Double
        var vega: Double
        var limit: Double
    }

    private static let infrared = [
        Infrared(wavelength: 12_350, vega: 0.91, limit: 16.8), Infrared(wavelength: 16_620, vega: 1.39, limit: 16.0),
        Infrared(wavelength: 21_590, vega: 1.85, limit: 15.5), Infrared(wavelength: 33_526, vega: 2.70, limit: 17.2),
        Infrared(wavelength: 46_028, vega: 3.34, limit: 16.3), Infrared(wavelength: 115_608, vega: 5.17, limit: 12.8),
        Infrared(wavelength: 220_883, vega: 6.62, limit: 9.3),
    ]

    /// The row of a source, nil where no catalogue has it.
    static func metadata(_ source: SimulatedSource) -> Metadata? {
        var random = RandomStream(source.seed, .metadata)
        let isTransient = source.sourceClass.isExtragalactic && source.sourceClass.life == .transient
        guard let optical = isTransient ? source.host?.magnitudes : source.magnitudes else { return nil }
        let temperature = isTransient ? 4800.0 : source.temperature
        var row = Metadata(names: names, values: [])

        let g = optical[.r] - 0.08 + 0.03 * random.normal()
        guard g < 20.9 else { return nil }
        let error = 0.0006 * Portable.power10(0.2 * max(0, g - 14))
        // Molecules take the blue light of the coolest stars.
        let blocked = 1.2 * max(0, (3900 - temperature) / 1000)
        let blue = 0.55 * optical[.g] + 0.45 * optical[.r] + 0.05 + blocked
        let red = 0.5 * optical[.i] + 0.5 * optical[.r] - 0.42
        set(&row, "mean_vmag", 0.45 * optical[.g] + 0.55 * optical[.r] + random.normal(0, 0.05))
        set(&row, "phot_g_mean_mag", g)
        set(&row, "e_phot_g_mean_mag", error)
        set(&row, "phot_bp_mean_mag", blue)
        set(&row, "e_phot_bp_mean_mag", 4 * error)
        set(&row, "phot_rp_mean_mag", red)
        set(&row, "e_phot_rp_mean_mag", 3 * error)
        set(&row, "bp_rp", blue - red)
        setAstrometry(&row, source, g, &random)
        setInfrared(&row, source, optical[.r], temperature, &random)
        let galactic = Coordinates.galactic(ra: source.ra, dec: source.dec)
        set(&row, "l", galactic.l)
        set(&row, "b", galactic.b)
        return row
    }

    private static func setAstrometry(
        _ row: inout Metadata,
        _ source: SimulatedSource,
        _ g: Double,
        _ random: inout RandomStream
    ) {
        let error = (0.02 + 0.025 * Portable.power10(0.24 * (g - 15.5))) * random.uniform(0.8, 1.3)
        let parallax = (source.distance > 0 ? 1000 / source.distance : 0) + random.normal(0, error)
        set(&row, "parallax", parallax)
        set(&row, "parallax_error", error)
        set(&row, "parallax_over_error", parallax / error)
        // A star crosses the sky with some 40 km/s; 4.74 km/s is one astronomical unit a year.
        let motion = source.distance > 0 ? 40_000 / 4.74 / source.distance : 0
        let east = random.normal(0, motion) + random.normal(0, error)
        let north = random.normal(0, motion) + random.normal(0, error)
        set(&row, "pmra", east)
        set(&row, "pmra_error", error)
        set(&row, "pmdec", north)
        set(&row, "pmdec_error", error)
        set(&row, "pm", (east * east + north * north).squareRoot())
        set(&row, "ruwe", max(0.8, random.normal(1.02, 0.04)) + (source.host != nil ? random.uniform(0, 0.8) : 0))
    }

    private static func setInfrared(
        _ row: inout Metadata,
        _ source: SimulatedSource,
        _ r: Double,
        _ temperature: Double,
        _ random: inout RandomStream
    ) {
        let reference = BlackBody.flux(Passband.r.wavelength, temperature)
        let names = [
            ("j_mag", "e_j_mag"), ("h_mag", "e_h_mag"), ("k_mag", "e_k_mag"), ("w1_mag", "e_w1_mag"),
            ("w2_mag", "e_w2_mag"), ("w3_mag", nil), ("w4_mag", nil),
        ]
        var seen = [Double](repeating: .nan, count: names.count)
        for (index, band) in infrared.enumerated() {
            let colour = -2.5 * Portable.log10(BlackBody.flux(band.wavelength, temperature) / reference)
            let magnitude = r + colour - dust(source.sourceClass, index) - band.vega + random.normal(0, 0.05)
            guard magnitude < band.limit else { continue }
            seen[index] = magnitude
            set(&row, names[index].0, magnitude)
            if let error = names[index].1 {
                set(&row, error, 0.02 + 0.1 * Portable.power10(0.3 * (magnitude - band.limit)))
            }
        }
        set(&row, "j_k", seen[0] - seen[2])
        set(&row, "w1_w2", seen[3] - seen[4])
        set(&row, "w3_w4", seen[5] - seen[6])
    }

    /// Magnitudes by which warm dust brightens a class, from J to W4.
    private static func dust(_ sourceClass: SourceClass, _ band: Int) -> Double {
        let excess: [Double] =
            switch sourceClass {
            case .mira: [0, 0.1, 0.3, 0.6, 0.9, 2.0, 2.6]
            case .semiRegular: [0, 0, 0.1, 0.2, 0.2, 0.8, 1.1]
            case .youngStar: [0.1, 0.4, 0.8, 1.4, 1.9, 3.6, 5.2]
            case .activeNucleus: [0.9, 1.4, 2.1, 3.2, 4.2, 6.6, 8.6]
            case .cataclysmic: [0.6, 0.8, 0.9, 1.0, 1.0, 1.2, 1.2]
            default: [0, 0, 0, 0, 0, 0.1, 0.3]
            }
        return excess[band]
    }

    /// The features by the names of the catalogue that the published AstroM3 was trained with.
    private static let names = [
        "mean_vmag", "phot_g_mean_mag", "e_phot_g_mean_mag", "phot_bp_mean_mag", "e_phot_bp_mean_mag",
        "phot_rp_mean_mag", "e_phot_rp_mean_mag", "bp_rp", "parallax", "parallax_error", "parallax_over_error",
        "pmra", "pmra_error", "pmdec", "pmdec_error", "j_mag", "e_j_mag", "h_mag", "e_h_mag", "k_mag", "e_k_mag",
        "w1_mag", "e_w1_mag", "w2_mag", "e_w2_mag", "w3_mag", "w4_mag", "j_k", "w1_w2", "w3_w4", "pm", "ruwe", "l",
        "b",
    ]

    private static func set(_ row: inout Metadata, _ feature: String, _ value: Double) {
        row[feature] = Float(value)
    }
}
