/// All sources of the sky at one time: those that stay, those that flare up and fade, those that pass by.
struct Population: Sendable {
    /// Where a source stands; valid until the next night begins.
    enum Index: Sendable {
        case persistent(Int)
        case transient(Int)
    }

    private let seed: UInt64
    private let settings: SimulationSettings
    private let schedule: Schedule
    private let maker: SourceMaker
    private let transientClasses: ClassChoice
    private var persistent: [SimulatedSource] = []
    private var persistentByField: [[Int]]
    private var transients: [SimulatedSource] = []
    private var transientsByField: [Int: [Int]] = [:]
    private var asteroids: [Asteroid] = []
    private var nextNumber: UInt64 = 1
    private var slots: [Int: Int] = [:]
    private var plannedRows: [(mjd: Double, number: UInt64)] = []
    /// Rows of transients that became known before the first night.
    private var pastRows: [(source: SimulatedSource, mjd: Double, hasSpectrum: Bool)] = []

    /// Nights before the first in which transients may have begun.
    private static let pastNights = 300

    init(seed: UInt64, settings: SimulationSettings, schedule: Schedule) {
        self.seed = seed
        self.settings = settings
        self.schedule = schedule
        let range: (Double, Double) = schedule.survey == .ztf ? (13.2, 20.6) : (16.5, 24)
        maker = SourceMaker(
            seed: seed,
            brightest: range.0,
            faintest: range.1,
            declinations: schedule.declinations
        )
        transientClasses = ClassChoice(settings.mix, life: .transient)
        persistentByField = Array(repeating: [], count: schedule.grid.fieldCount)
        makePersistent()
        for number in 0..<settings.asteroids {
            asteroids.append(Asteroid(number: 1000 + 7 * number, seed: seed, faintest: range.1))
        }
        for night in settings.firstNight - Self.pastNights..<settings.firstNight {
            makeTransients(night: night)
        }
        for index in transients.indices { liveThroughThePast(index) }
        pastRows = newRows(until: Double(settings.firstNight))
    }

    subscript(index: Index) -> SimulatedSource {
        switch index {
        case .persistent(let place): persistent[place]
        case .transient(let place): transients[place]
        }
    }

    /// The sources that may be seen in a field.
    func sources(inField field: Int) -> [Index] {
        persistentByField[field].map { .persistent($0) } + (transientsByField[field] ?? []).map { .transient($0) }
    }

    /// Begins a night: new transients appear, those that have faded are forgotten.
    mutating func begin(night: Int) {
        makeTransients(night: night)
        transients.removeAll { $0.end < Double(night) }
        transientsByField.removeAll(keepingCapacity: true)
        for (index, source) in transients.enumerated() {
            transientsByField[source.placement.field, default: []].append(index)
        }
    }

    /// Notes that a source has been detected once more.
    mutating func countDetection(_ index: Index, mjd: Double) {
        switch index {
        case .persistent(let place): persistent[place].detections += 1
        case .transient(let place):
            transients[place].detections += 1
            guard transients[place].firstDetection.isNaN else { return }
            transients[place].firstDetection = mjd
            planRows(transients[place])
        }
    }

    // MARK: - Making sources

    private mutating func makePersistent() {
        let classes = ClassChoice(settings.mix, life: .persistent)
        var random = RandomStream(seed, .population)
        for _ in 0..<settings.objects {
            guard let sourceClass = classes.draw(&random) else { return }
            var source = make(sourceClass, night: Double(settings.firstNight))
            // They have been known since the survey began.
            var past = RandomStream(source.seed, .packet)
            source.firstDetection = 58_205 + past.uniform(0, 600)
            source.detections = 5 + past.integer(400)
            persistentByField[source.placement.field].append(persistent.count)
            persistent.append(source)
        }
    }

    private mutating func makeTransients(night: Int) {
        var random = RandomStream(seed, .births, UInt64(night))
        for _ in 0..<random.poisson(settings.transientsPerNight) {
            guard let sourceClass = transientClasses.draw(&random) else { return }
            transients.append(make(sourceClass, night: Double(night)))
        }
    }

    private mutating func make(_ sourceClass: SourceClass, night: Double) -> SimulatedSource {
        var source = maker.source(sourceClass, number: nextNumber, night: night)
        nextNumber += 1
        place(&source)
        return source
    }

    /// Finds the field and gives the source a number of its own among those of the same detector.
    private mutating func place(_ source: inout SimulatedSource) {
        source.placement = schedule.grid.placement(ra: source.ra, dec: source.dec)
        let detector = schedule.survey == .ztf ? source.placement.detector : 0
        let key = source.placement.field * 256 + detector
        let capacity = schedule.survey == .ztf ? 5_000 : 1 << 25
        // Where the count starts depends on the seed: two skies have other ids.
        let slot = slots[key] ?? Int(RandomStream.hash(seed, .packet, UInt64(key)) % UInt64(capacity))
        slots[key] = (slot + 1) % capacity
        source.placement.slot = slot
    }

    /// Counts the detections of a transient that began before the first night.
    private mutating func liveThroughThePast(_ index: Int) {
        let source = transients[index]
        let field = source.placement.field
        for night in Int(source.begin)..<settings.firstNight {
            for exposure in schedule.exposures(field: field, night: night)
            where Measurement(source, exposure).isDetected {
                countDetection(.transient(index), mjd: exposure.mjd)
            }
        }
    }

    // MARK: - What passes

    /// Asteroids and artefacts that an exposure of the night may show, each in one exposure only.
    mutating func passing(night: Int, schedule: Schedule) -> [SimulatedSource] {
        var passing: [SimulatedSource] = []
        for asteroid in asteroids {
            let position = asteroid.ephemeris(Double(night) + 0.3)
            let placement = schedule.grid.placement(ra: position.ra, dec: position.dec)
            guard schedule.declinations.contains(position.dec), position.magnitude < maker.faintest + 0.5 else {
                continue
            }
            for exposure in schedule.exposures(field: placement.field, night: night) {
                let seen = asteroid.ephemeris(exposure.mjd)
                let colours = PerBand(1.6, 0.45, 0, -0.2, -0.25, -0.27) + seen.magnitude - 0.15
                passing.append(flash(.asteroid, seen.ra, seen.dec, exposure, colours, asteroid, sign: 1))
            }
        }
        return passing + artefacts(night: night, schedule: schedule)
    }

    private mutating func artefacts(night: Int, schedule: Schedule) -> [SimulatedSource] {
        var random = RandomStream(seed, .bogus, UInt64(night))
        var artefacts: [SimulatedSource] = []
        let wanted = random.poisson(settings.artefactsPerNight)
        var trials = 0
        while artefacts.count < wanted, trials < 20 * wanted {
            trials += 1
            let ra = random.uniform(0, 360)
            let sine = random.uniform(
                Portable.sin(schedule.declinations.lowerBound * .pi / 180),
                Portable.sin(schedule.declinations.upperBound * .pi / 180)
            )
            let dec = Portable.arcsin(sine) * 180 / .pi
            let field = schedule.grid.placement(ra: ra, dec: dec).field
            let tonight = schedule.exposures(field: field, night: night)
            guard !tonight.isEmpty else { continue }
            let exposure = tonight[random.integer(tonight.count)]
            let magnitudes = PerBand(repeating: exposure.limit - random.uniform(0.2, 3.5))
            let sign: Double = random.chance(0.4) ? -1 : 1
            artefacts.append(flash(.bogus, ra, dec, exposure, magnitudes, nil, sign: sign))
        }
        return artefacts
    }

    private mutating func flash(
        _ sourceClass: SourceClass,
        _ ra: Double,
        _ dec: Double,
        _ exposure: Exposure,
        _ magnitudes: PerBand,
        _ asteroid: Asteroid?,
        sign: Double
    ) -> SimulatedSource {
        var flux = PerBand()
        for band in Passband.allCases { flux[band] = sign * Photometric.flux(magnitudes[band]) }
        var source = SimulatedSource(
            number: nextNumber,
            sourceClass: sourceClass,
            ra: ra,
            dec: dec,
            seed: RandomStream.hash(seed, .source, nextNumber, 1),
            light: Flash(mjd: exposure.mjd, flux: flux),
            magnitudes: magnitudes,
            temperature: 5800
        )
        nextNumber += 1
        source.begin = exposure.mjd - 1e-4
        source.end = exposure.mjd + 1e-4
        source.firstDetection = exposure.mjd
        source.detections = 1
        source.asteroid = asteroid
        place(&source)
        return source
    }

    // MARK: - What catalogues know

    /// Whether a source stands in the catalogues.
    func isCatalogued(_ source: SimulatedSource) -> Bool {
        var random = RandomStream(source.seed, .metadata, 1)
        return random.chance(settings.metadata)
    }

    private func hasSpectrum(_ source: SimulatedSource) -> Bool {
        var random = RandomStream(source.seed, .spectrum, 1)
        return random.chance(settings.spectra)
    }

    private mutating func planRows(_ source: SimulatedSource) {
        guard hasSpectrum(source) || isCatalogued(source) else { return }
        var random = RandomStream(source.seed, .spectrum, 2)
        plannedRows.append((source.firstDetection + random.uniform(1.5, 14), source.number))
    }

    /// Transients whose rows become known before a time, each once; and whether a spectrum is among them.
    mutating func newRows(until mjd: Double) -> [(source: SimulatedSource, mjd: Double, hasSpectrum: Bool)] {
        var rows: [(source: SimulatedSource, mjd: Double, hasSpectrum: Bool)] = []
        for plan in plannedRows where plan.mjd < mjd {
            guard let source = transients.first(where: { $0.number == plan.number }) else { continue }
            rows.append((source, plan.mjd, hasSpectrum(source)))
        }
        plannedRows.removeAll { $0.mjd < mjd }
        return rows
    }

    /// The sources that catalogues have before the first night, and whether with a spectrum.
    func catalogued() -> some Sequence<(source: SimulatedSource, mjd: Double, hasSpectrum: Bool)> {
        let stars = persistent.lazy.compactMap { source -> (source: SimulatedSource, mjd: Double, hasSpectrum: Bool)? in
            let spectrum = hasSpectrum(source)
            guard spectrum || isCatalogued(source) else { return nil }
            return (source, source.firstDetection, spectrum)
        }
        let explosions = pastRows.map { ($0.source, $0.mjd, $0.hasSpectrum) }
        return [AnySequence(stars), AnySequence(explosions)].lazy.joined()
    }
}

/// Draws classes by their shares.
struct ClassChoice: Sendable {
    private let classes: [SourceClass]
    private let sums: [Double]

    init(_ mix: [SourceClass: Double], life: SourceClass.Life) {
        classes = SourceClass.allCases.filter { $0.life == life && (mix[$0] ?? 0) > 0 }
        var total = 0.0
        sums = classes.map { sourceClass in
            total += mix[sourceClass] ?? 0
            return total
        }
    }

    /// A class, nil where no class of the kind has a share.
    func draw(_ random: inout RandomStream) -> SourceClass? {
        guard let total = sums.last else { return nil }
        let value = random.uniform() * total
        return zip(classes, sums).first { value < $0.1 }?.0 ?? classes.last
    }
}
