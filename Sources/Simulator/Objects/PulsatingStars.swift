// Stars that pulsate or rotate.
extension SourceMaker {
    func pulsator(
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
