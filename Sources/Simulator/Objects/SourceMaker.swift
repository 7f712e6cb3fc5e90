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
    func magnitude(_ slope: Double, _ random: inout RandomStream, fainter: Double = 0) -> Double {
        let high = Portable.power10(slope * (faintest - fainter - brightest))
        return brightest + Portable.log10(1 + random.uniform() * (high - 1)) / slope
    }

    func star(
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
    func magnitudes(_ r: Double, _ temperature: Double, _ random: inout RandomStream) -> PerBand {
        let reddening = (random.normal(0, 0.08)).magnitude
        return BlackBody.colours(temperature) + r + reddening * PerBand(1.8, 0.9, 0, -0.6, -1.0, -1.2)
    }
}
