/// Makes sources of each class, with the periods, amplitudes, luminosities and colours that the class is known for.
struct SourceMaker: Sendable {
    let seed: UInt64
    /// Magnitudes between which a survey's sources lie.
    let brightest: Double
    let faintest: Double
    /// Declinations that the survey sees.
    let declinations: ClosedRange<Double>

    /// A source of a class; a transient begins in the night given.
    func source(_ sourceClass: SourceClass, number: UInt64, night: Double) -> SimulatedSource {
        var random = RandomStream(seed, .source, number)
        let place = position(sourceClass, &random)
        let sourceSeed = RandomStream.hash(seed, .source, number, 1)
        var source: SimulatedSource
        switch sourceClass {
        case .supernovaIa, .supernovaIbc, .supernovaII, .supernovaIIn, .superluminous, .tidalDisruption:
            source = explosion(sourceClass, night: night, &random)
        case .microlensing: source = lens(night: night, &random)
        case .eclipsingDetached, .eclipsingSemiDetached, .eclipsingContact: source = binary(sourceClass, &random)
        case .activeNucleus: source = nucleus(sourceSeed, &random)
        case .youngStar: source = youngStar(sourceSeed, &random)
        case .cataclysmic: source = cataclysmic(sourceSeed, &random)
        default: source = pulsator(sourceClass, sourceSeed, &random)
        }
        source.number = number
        source.sourceClass = sourceClass
        source.seed = sourceSeed
        source.ra = place.ra
        source.dec = place.dec
        return source
    }

    private func position(_ sourceClass: SourceClass, _ random: inout RandomStream) -> (ra: Double, dec: Double) {
        // Scale of the class in galactic latitude; 0 for the whole sky.
        let scale: Double =
            switch sourceClass {
            case .cepheid, .youngStar: 3
            case .microlensing: 4
            case .mira, .semiRegular, .rotating, .eclipsingDetached, .eclipsingSemiDetached: 10
            case .deltaScuti, .eclipsingContact, .cataclysmic: 18
            case .rrLyraeAB, .rrLyraeC, .highAmplitudeDeltaScuti: 35
            default: 0
            }
        for _ in 0..<1000 {
            var place: (ra: Double, dec: Double)
            if scale > 0 {
                let exponential = -scale * Portable.log(1 - random.uniform())
                let b = min(89, exponential) * (random.chance(0.5) ? 1 : -1)
                place = Coordinates.equatorial(l: random.uniform(0, 360), b: b)
            } else {
                place = (random.uniform(0, 360), Portable.arcsin(random.uniform(-1, 1)) * 180 / .pi)
                if Coordinates.galactic(ra: place.ra, dec: place.dec).b.magnitude < 12 { continue }
            }
            if declinations.contains(place.dec) { return place }
        }
        return (random.uniform(0, 360), random.uniform(declinations.lowerBound, declinations.upperBound))
    }

    /// A magnitude by counts that grow by `slope` in the decadic logarithm for each magnitude.
    private func magnitude(_ slope: Double, _ random: inout RandomStream, fainter: Double = 0) -> Double {
        let high = Portable.power10(slope * (faintest - fainter - brightest))
        return brightest + Portable.log10(1 + random.uniform() * (high - 1)) / slope
    }

    private func star(
        _ light: any LightCurveModel,
        _ magnitudes: PerBand,
        _ temperature: Double,
        absoluteMagnitude: Double
    ) -> SimulatedSource {
        SimulatedSource(
            number: 0,
            sourceClass: .rotating,
            ra: 0,
            dec: 0,
            seed: 0,
            light: light,
            magnitudes: magnitudes,
            temperature: temperature,
            distance: Portable.power10((magnitudes[.r] - absoluteMagnitude) / 5 + 1)
        )
    }

    /// Magnitudes of a star of a temperature, reddened a little.
    private func magnitudes(_ r: Double, _ temperature: Double, _ random: inout RandomStream) -> PerBand {
        let reddening = (random.normal(0, 0.08)).magnitude
        return BlackBody.colours(temperature) + r + reddening * PerBand(1.8, 0.9, 0, -0.6, -1.0, -1.2)
    }
}

// MARK: - Stars that pulsate or rotate

extension SourceMaker {
    private func pulsator(
        _ sourceClass: SourceClass,
        _ seed: UInt64,
        _ random: inout RandomStream
    ) -> SimulatedSource {
        var traits = PulsatorTraits(sourceClass, &random)
        let r = magnitude(0.25, &random, fainter: traits.margin)
        let mean = magnitudes(r, traits.temperature, &random)
        for k in traits.phases.indices { traits.phases[k] += random.normal(0, 0.05) }
        let light = Pulsation(
            mean: mean,
            period: traits.period,
            epoch: 58_000 + random.uniform() * traits.period,
            amplitude: traits.ratios * traits.amplitude,
            harmonics: traits.harmonics,
            phases: traits.phases,
            secondRatio: traits.secondRatio,
            secondShare: traits.secondShare,
            irregularity: traits.irregularity,
            seed: seed
        )
        return star(light, mean, traits.temperature, absoluteMagnitude: traits.absoluteMagnitude)
    }
}

/// What a class of pulsating or rotating stars has in common.
private struct PulsatorTraits {
    var period: Double
    var amplitude: Double
    var temperature: Double
    var absoluteMagnitude: Double
    var ratios = Pulsation.hotRatios
    var harmonics: [Double]
    var phases: [Double]
    var secondRatio = 1.0
    var secondShare = 0.0
    var irregularity = 0.0
    /// How many magnitudes brighter than the survey's limit the faintest of them are.
    var margin = 1.0

    init(_ sourceClass: SourceClass, _ random: inout RandomStream) {
        (harmonics, phases) = ([1], [0])
        switch sourceClass {
        case .rrLyraeAB:
            period = random.uniform(0.44, 0.82)
            amplitude = max(0.3, 1.1 - 1.6 * (period - 0.5) + random.normal(0, 0.12))
            (temperature, absoluteMagnitude) = (random.uniform(6200, 6900), 0.6)
            // A steep rise and a slow decline.
            (harmonics, phases) = ([0.72, 0.33, 0.2, 0.1, 0.05], [1.57, 1.9, 2.4, 2.9, 3.3])
            if random.chance(0.3) { irregularity = random.uniform(0.1, 0.3) }
        case .rrLyraeC:
            period = random.uniform(0.24, 0.42)
            amplitude = random.uniform(0.35, 0.6)
            (temperature, absoluteMagnitude) = (random.uniform(6900, 7500), 0.6)
            (harmonics, phases) = ([0.95, 0.15], [1.57, 1.7])
        case .deltaScuti:
            period = random.logUniform(0.03, 0.2)
            amplitude = random.logUniform(0.06, 0.25)
            (temperature, absoluteMagnitude) = (random.uniform(6900, 8500), 2.2)
            (secondRatio, secondShare) = (random.uniform(0.72, 0.8), random.uniform(0.2, 0.45))
            margin = 2.5
        case .highAmplitudeDeltaScuti:
            period = random.logUniform(0.05, 0.2)
            amplitude = random.uniform(0.3, 0.8)
            (temperature, absoluteMagnitude) = (random.uniform(6900, 8000), 1.8)
            (harmonics, phases) = ([0.85, 0.25, 0.08], [1.57, 1.9, 2.3])
        case .cepheid:
            period = random.logUniform(2.5, 45)
            amplitude = random.uniform(0.35, 1.1)
            (temperature, absoluteMagnitude) = (
                random.uniform(5200, 6200), -2.4 * (Portable.log10(period) - 1) - 4.2
            )
            (harmonics, phases) = ([0.8, 0.3, 0.12], [1.57, 1.95, 2.5])
        case .mira:
            period = random.logUniform(120, 500)
            amplitude = random.uniform(2.5, 6)
            (temperature, absoluteMagnitude) = (random.uniform(2600, 3100), -0.5)
            (harmonics, phases, ratios) = ([0.92, 0.15], [1.57, 2.0], Pulsation.coolRatios)
            irregularity = random.uniform(0.05, 0.2)
        case .semiRegular:
            period = random.logUniform(30, 250)
            amplitude = random.uniform(0.2, 1.2)
            (temperature, absoluteMagnitude, ratios) = (random.uniform(2900, 3500), -1, Pulsation.coolRatios)
            (secondRatio, secondShare) = (random.uniform(4, 9), random.uniform(0.2, 0.5))
            irregularity = random.uniform(0.3, 0.7)
        default:
            period = random.logUniform(0.4, 30)
            amplitude = random.uniform(0.05, 0.35)
            (temperature, absoluteMagnitude) = (random.uniform(3500, 5500), random.uniform(4.5, 8))
            (harmonics, phases, ratios) = ([0.9, 0.25], [0, 0.7], Pulsation.spotRatios)
            irregularity = random.uniform(0.1, 0.4)
            margin = 2.5
        }
    }
}

// MARK: - Binaries, accretion, lenses

extension SourceMaker {
    private func binary(_ sourceClass: SourceClass, _ random: inout RandomStream) -> SimulatedSource {
        let r = magnitude(0.25, &random, fainter: 1)
        var temperature = random.uniform(5000, 9000)
        var light = Eclipses(
            bright: PerBand(),
            period: 1,
            epoch: 0,
            primaryDepth: 0,
            secondaryDepth: 0,
            halfWidth: 0.1,
            deformation: 0
        )
        switch sourceClass {
        case .eclipsingDetached:
            light.period = random.logUniform(0.8, 20)
            light.primaryDepth = random.uniform(0.25, 1.6)
            light.secondaryDepth = light.primaryDepth * random.uniform(0.05, 0.9)
            light.halfWidth = random.uniform(0.02, 0.08)
            light.deformation = random.uniform(0, 0.02)
            light.secondaryPhase = random.chance(0.7) ? 0.5 : random.uniform(0.4, 0.6)
        case .eclipsingSemiDetached:
            light.period = random.logUniform(0.4, 4)
            light.primaryDepth = random.uniform(0.3, 0.9)
            light.secondaryDepth = light.primaryDepth * random.uniform(0.2, 0.6)
            light.halfWidth = random.uniform(0.1, 0.17)
            light.deformation = random.uniform(0.04, 0.1)
        default:
            temperature = random.uniform(4600, 6800)
            light.period = random.uniform(0.24, 0.6)
            light.primaryDepth = random.uniform(0.1, 0.3)
            light.secondaryDepth = light.primaryDepth * random.uniform(0.75, 0.98)
            light.halfWidth = random.uniform(0.2, 0.25)
            light.deformation = random.uniform(0.08, 0.16)
        }
        light.bright = magnitudes(r, temperature, &random)
        light.epoch = 58_000 + random.uniform() * light.period
        return star(light, light.bright, temperature, absoluteMagnitude: 9.5 - temperature / 1100)
    }

    private func nucleus(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
        let r = magnitude(0.4, &random, fainter: 1.2)
        let quasar = random.chance(0.6)
        let redshift = quasar ? random.uniform(0.3, 2.5) : random.uniform(0.01, 0.35)
        let mean = PerBand(0.35, 0.18, 0, -0.12, -0.15, -0.2) + r + 0.1 * random.normal()
        let deviation = (quasar ? 0.2 : 0.28) * random.uniform(0.6, 1.6)
        let light = RandomWalk(
            mean: mean,
            deviation: deviation * PerBand(1.3, 1.15, 1, 0.88, 0.8, 0.75),
            days: random.logUniform(80, 600) * (1 + redshift),
            seed: seed
        )
        var source = star(light, mean, 20_000, absoluteMagnitude: 0)
        source.distance = 0
        source.redshift = redshift
        if !quasar {
            source.host = host(redshift: redshift, offset: 0.05, &random)
        }
        return source
    }

    private func youngStar(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
        let r = magnitude(0.25, &random, fainter: 1)
        let temperature = random.uniform(3300, 5000)
        let mean = magnitudes(r, temperature, &random) + PerBand(0.6, 0.4, 0, -0.3, -0.5, -0.6)
        let light = RandomWalk(
            mean: mean,
            deviation: random.uniform(0.15, 0.6) * PerBand(1.4, 1.2, 1, 0.8, 0.7, 0.65),
            days: random.logUniform(1.5, 30),
            seed: seed
        )
        return star(light, mean, temperature, absoluteMagnitude: random.uniform(4, 7))
    }

    private func cataclysmic(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
        let r = magnitude(0.3, &random) + random.uniform(0, 2)
        let quiet = PerBand(-0.2, 0.05, 0, 0, -0.05, -0.1) + r
        let amplitude = random.uniform(2.2, 5.5)
        let duration = random.uniform(1, 6)
        let decline = random.uniform(1, 3)
        let light = Outbursts(
            quiet: quiet,
            amplitude: amplitude,
            // An outburst is over long before the next one begins.
            interval: max(random.logUniform(15, 150), 3 * (duration + amplitude * decline)),
            duration: duration,
            // Days for one magnitude.
            decline: decline,
            seed: seed
        )
        return star(light, quiet, 15_000, absoluteMagnitude: random.uniform(8, 11.5))
    }

    private func lens(night: Double, _ random: inout RandomStream) -> SimulatedSource {
        let r = magnitude(0.3, &random)
        let temperature = random.uniform(4200, 6500)
        let baseline = magnitudes(r, temperature, &random)
        let crossing = random.logUniform(8, 90)
        let light = Lens(
            baseline: baseline,
            peak: night + 1.3 * crossing + random.uniform(),
            crossing: crossing,
            impact: random.uniform(0.02, 0.7),
            share: random.uniform(0.5, 1)
        )
        var source = star(light, baseline, temperature, absoluteMagnitude: random.uniform(1, 4.5))
        source.begin = night - 1.5 * crossing
        source.end = night + 4.5 * crossing
        return source
    }
}

// MARK: - Explosions

extension SourceMaker {
    private func explosion(
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
    private func host(redshift: Double, offset: Double, _ random: inout RandomStream) -> SimulatedSource.Host {
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
