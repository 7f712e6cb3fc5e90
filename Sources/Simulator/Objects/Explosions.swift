// Supernovae and tidal disruptions, and the galaxies they happen in.
extension SourceMaker {
    func explosion(
        _ sourceClass: SourceClass,
        night: Double,
        _ random: inout RandomStream
    ) -> SimulatedSource {
        let peak = magnitude(0.45, &random, fainter: 0.4)
        let traits = ExplosionTraits(sourceClass, &random)
        // Distance modulus to redshift: H0 = 70 km/s/Mpc, q0 = -0.55, solved by iteration.
        let megaparsec = Portable.power10((peak - traits.absoluteMagnitude - 25) / 5)
        var redshift = megaparsec * 70 / 299_792
        for _ in 0..<20 {
            redshift = megaparsec * 70 / 299_792 / (1 + 0.775 * redshift)
        }
        let light = ThermalTransient(
            explosion: night + random.uniform(),
            redshift: redshift,
            peakMagnitude: peak,
            rise: traits.rise,
            decline: traits.decline,
            hot: traits.hot,
            cool: traits.cool,
            cooling: traits.cooling,
            blanketing: traits.blanketing,
            redBump: traits.redBump
        )
        let temperature = traits.cool + 0.4 * (traits.hot - traits.cool)
        var source = star(light, BlackBody.colours(temperature) + peak, temperature, absoluteMagnitude: 0)
        source.distance = 0
        source.redshift = redshift
        source.begin = night
        source.end = night + traits.seen * (1 + redshift)
        let offset = sourceClass == .tidalDisruption ? 0.1 : 2.2
        source.host = host(redshift: redshift, offset: offset, &random)
        return source
    }

    /// A galaxy of about the luminosity of ours, the source `offset` arcseconds from its centre on average.
    func host(redshift: Double, offset: Double, _ random: inout RandomStream) -> SimulatedSource.Host {
        let megaparsec = 299_792 / 70 * redshift * (1 + 0.775 * redshift)
        let r = -20.6 + random.normal(0, 1.1) + 5 * Portable.log10(max(megaparsec, 1)) + 25
        let red = random.uniform(0, 1)
        let colours = PerBand(1.2 + 0.7 * red, 0.45 + 0.35 * red, 0, -0.2 - 0.15 * red, -0.35 - 0.2 * red, -0.45)
        return SimulatedSource.Host(
            magnitudes: colours + min(r, 24),
            offsetRa: random.normal(0, offset),
            offsetDec: random.normal(0, offset),
            scale: min(4, max(0.5, 350 / max(megaparsec, 1))) * random.uniform(0.7, 1.4),
            axisRatio: random.uniform(0.35, 1),
            angle: random.uniform(0, .pi)
        )
    }
}

/// What a class of explosions has in common.
private struct ExplosionTraits {
    var absoluteMagnitude: Double
    var rise: Double
    var decline: ThermalTransient.Decline
    var hot: Double
    var cool: Double
    var cooling: Double
    var blanketing: Double
    var redBump = 0.0
    /// Days for which it is worth looking at, in its own frame.
    var seen: Double

    init(_ sourceClass: SourceClass, _ random: inout RandomStream) {
        switch sourceClass {
        case .supernovaIa:
            let stretch = random.normal(1, 0.1)
            absoluteMagnitude = random.normal(-19.25, 0.25) - 1.2 * (stretch - 1)
            rise = 18 * stretch
            decline = .exponential(days: 17 * stretch, tailShare: 0.16, tailDays: 55)
            (hot, cool, cooling, blanketing) = (14_500, 5_200, 16, 0.9)
            redBump = 0.28
            seen = 160
        case .supernovaIbc:
            absoluteMagnitude = random.normal(-17.6, 0.7)
            rise = random.uniform(12, 20)
            decline = .exponential(days: random.uniform(14, 24), tailShare: 0.15, tailDays: 60)
            (hot, cool, cooling, blanketing, seen) = (9_500, 4_600, 14, 0.8, 150)
        case .supernovaII:
            absoluteMagnitude = random.normal(-17.0, 0.8)
            rise = random.uniform(5, 10)
            decline = .plateau(days: random.uniform(70, 120), slope: random.uniform(0.1, 1.8), tail: 0.09)
            (hot, cool, cooling, blanketing, seen) = (17_000, 5_600, 18, 0.5, 230)
        case .supernovaIIn:
            absoluteMagnitude = random.normal(-18.9, 0.8)
            rise = random.uniform(15, 45)
            decline = .exponential(days: random.uniform(40, 110), tailShare: 0.3, tailDays: 200)
            (hot, cool, cooling, blanketing, seen) = (14_000, 6_800, 60, 0.1, 330)
        case .superluminous:
            absoluteMagnitude = random.normal(-21.6, 0.5)
            rise = random.uniform(25, 60)
            decline = .exponential(days: random.uniform(35, 75), tailShare: 0.1, tailDays: 150)
            (hot, cool, cooling, blanketing, seen) = (18_000, 6_500, 50, 0.2, 330)
        default:
            absoluteMagnitude = random.normal(-19.8, 0.7)
            rise = random.uniform(18, 35)
            decline = .fallback(days: random.uniform(35, 80))
            let temperature = random.uniform(17_000, 35_000)
            (hot, cool, cooling, blanketing, seen) = (temperature, temperature, 100, 0, 380)
        }
    }
}
