// Stars that hide each other, matter that falls in, light that is bent.
extension SourceMaker {
    func binary(_ sourceClass: SourceClass, _ random: inout RandomStream) -> SimulatedSource {
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

    func nucleus(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
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

    func youngStar(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
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

    func cataclysmic(_ seed: UInt64, _ random: inout RandomStream) -> SimulatedSource {
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

    func lens(night: Double, _ random: inout RandomStream) -> SimulatedSource {
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
