internal import Sky

/// A seeded synthetic sky, observed night after night: alerts in the order of their exposures, without end.
///
/// The same seed and settings give the same alerts on every machine. Memory is bounded by the settings: sources that
/// fade are forgotten, histories are computed anew for each packet.
package struct SkySimulation: Sendable {
    /// The seed.
    package let seed: UInt64
    /// The settings.
    package let settings: SimulationSettings
    /// The night that is being observed (MJD).
    package private(set) var night: Int

    private let schedule: Schedule
    private var population: Population
    private var writer: any PacketWriter
    private let survey: SurveyName
    private var exposures: [Int: [Exposure]] = [:]
    private var detections: [NightDetection] = []
    private var passing: [SimulatedSource] = []
    private var cursor = 0
    private var arrivals: [CatalogueEntry] = []

    /// Nights in a row without an alert after which the stream is taken for ended.
    private static let longestPause = 400

    /// A sky before its first night.
    /// - Throws: `SimulationError` where the schemas are not to be found or the settings make no sense.
    package init(seed: UInt64, settings: SimulationSettings = SimulationSettings()) throws(SimulationError) {
        try settings.check()
        self.seed = seed
        self.settings = settings
        night = settings.firstNight - 1
        switch settings.survey {
        case .ztf:
            schedule = .ztf(seed: seed)
            survey = SurveyName("ztf")
            writer = try ZTFPacketWriter(seed: seed, grid: schedule.grid, settings: settings)
        case .lsst(let major, let minor):
            schedule = .lsst(seed: seed)
            survey = SurveyName("lsst")
            writer = try LSSTPacketWriter(seed: seed, version: (major, minor), settings: settings)
        }
        population = Population(seed: seed, settings: settings, schedule: schedule)
    }

    /// The next alert; nil only where the settings leave nothing to be seen.
    package mutating func next() -> SimulatedAlert? {
        var pause = 0
        while cursor >= detections.count {
            guard pause < Self.longestPause else { return nil }
            nextNight()
            pause += 1
        }
        let detection = detections[cursor]
        cursor += 1
        return alert(detection)
    }

    /// Leaves what remains of the night and goes on to the next one.
    package mutating func nextNight() {
        night += 1
        cursor = 0
        detections.removeAll(keepingCapacity: true)
        passing.removeAll(keepingCapacity: true)
        exposures.removeAll(keepingCapacity: true)
        population.begin(night: night)
        for row in population.newRows(until: Double(night + 1)) {
            if let entry = entry(row.source, mjd: row.mjd, spectrum: row.hasSpectrum) { arrivals.append(entry) }
        }
        guard schedule.isClear(night: night) else { return }
        observe()
        detections.sort { ($0.measurement.exposure.mjd, $0.number) < ($1.measurement.exposure.mjd, $1.number) }
    }

    // MARK: - One night

    private mutating func observe() {
        for field in 0..<schedule.grid.fieldCount {
            let tonight = schedule.exposures(field: field, night: night)
            guard !tonight.isEmpty else { continue }
            for index in population.sources(inField: field) {
                let source = population[index]
                for exposure in tonight {
                    let measurement = Measurement(source, exposure)
                    guard measurement.isDetected else { continue }
                    detections.append(NightDetection(.lasting(index), source.number, measurement))
                }
            }
        }
        for source in population.passing(night: night, schedule: schedule) {
            let tonight = schedule.exposures(field: source.placement.field, night: night)
            for exposure in tonight where source.isActive(exposure.mjd) {
                let measurement = Measurement(source, exposure)
                guard measurement.isDetected else { continue }
                detections.append(NightDetection(.passing(passing.count), source.number, measurement))
            }
            passing.append(source)
        }
    }

    private mutating func alert(_ detection: NightDetection) -> SimulatedAlert {
        let measurement = detection.measurement
        let source: SimulatedSource
        switch detection.place {
        case .lasting(let index):
            population.countDetection(index, mjd: measurement.exposure.mjd)
            source = population[index]
        case .passing(let index): source = passing[index]
        }
        let previous = history(source, before: measurement.exposure)
        return SimulatedAlert(
            packet: writer.packet(source, measurement, previous: previous),
            survey: survey,
            objectId: writer.objectId(source, measurement),
            alertId: writer.alertId(source, measurement),
            mjd: measurement.exposure.mjd,
            band: measurement.exposure.band.name,
            ra: source.ra,
            dec: source.dec,
            flux: measurement.flux,
            fluxErr: measurement.fluxErr,
            historyCount: previous.count,
            historyDetections: previous.count { $0.isDetected },
            sourceClass: source.sourceClass
        )
    }

    /// What the exposures before this one say of the source's place, by time.
    private mutating func history(_ source: SimulatedSource, before exposure: Exposure) -> [Measurement] {
        let field = source.placement.field
        let all: [Exposure]
        if let known = exposures[field] {
            all = known
        } else {
            all = (night - writer.historyDays...night).flatMap { schedule.exposures(field: field, night: $0) }
            exposures[field] = all
        }
        let earliest = exposure.mjd - Double(writer.historyDays)
        return all.lazy.filter { $0.mjd < exposure.mjd && $0.mjd > earliest }.map { Measurement(source, $0) }
    }

    // MARK: - Catalogues

    /// What catalogues know before the first night, one object at a time: metadata of a share of the stars and
    /// galaxies, spectra of a smaller one.
    package func catalogue() -> some Sequence<CatalogueEntry> {
        population.catalogued().lazy.compactMap { entry($0.source, mjd: $0.mjd, spectrum: $0.hasSpectrum) }
    }

    /// The rows that have become known since the last call, up to the end of this night: spectra of transients and
    /// metadata of their hosts, taken days after their first alerts.
    package mutating func takeArrivals() -> [CatalogueEntry] {
        defer { arrivals.removeAll() }
        return arrivals
    }

    /// The rows of a source, nil where there are none: a faint galaxy may stand in no catalogue.
    private func entry(_ source: SimulatedSource, mjd: Double, spectrum: Bool) -> CatalogueEntry? {
        let metadata = population.isCatalogued(source) ? MetadataSynthesis.metadata(source) : nil
        guard metadata != nil || spectrum else { return nil }
        return CatalogueEntry(
            objectId: writer.objectId(source),
            ra: source.ra,
            dec: source.dec,
            sourceClass: source.sourceClass,
            mjd: mjd,
            metadata: metadata,
            spectrum: spectrum ? SpectrumSynthesis.spectrum(source, mjd: mjd) : nil
        )
    }
}

/// A source that was seen in an exposure of the night.
struct NightDetection: Sendable {
    enum Place: Sendable {
        /// A source of the population, by index.
        case lasting(Population.Index)
        /// An asteroid or artefact of this night.
        case passing(Int)
    }

    var place: Place
    var number: UInt64
    var measurement: Measurement

    init(_ place: Place, _ number: UInt64, _ measurement: Measurement) {
        self.place = place
        self.number = number
        self.measurement = measurement
    }
}
