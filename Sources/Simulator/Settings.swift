internal import Sky

/// What sky is simulated, and who looks at it.
package struct SimulationSettings: Sendable {
    /// The survey whose packets are written.
    package enum Survey: Hashable, Sendable {
        /// ZTF, schema 4.02: object containers, gzipped cutouts.
        case ztf
        /// Rubin Observatory, schema of the given version: 10.0 and 11.1 are known to work.
        case lsst(major: Int, minor: Int)
    }

    /// How a packet is framed.
    package enum Framing: String, Hashable, Sendable, CaseIterable {
        /// Avro object container with the writer's schema.
        case container
        /// Confluent's wire format: a zero byte, the schema's id (`major` x 100 + `minor`), the datum.
        case confluent
        /// Avro's single-object encoding: C3 01, the fingerprint of the schema, the datum.
        case singleObject = "single-object"
    }

    /// The survey.
    package var survey: Survey
    /// How packets are framed; nil for what the survey does itself (ZTF container, LSST Confluent).
    package var framing: Framing?
    /// The first night, as MJD of its noon at the site.
    package var firstNight: Int
    /// Sources that vary all the time.
    package var objects: Int
    /// Explosions and lens events that begin in a night.
    package var transientsPerNight: Double
    /// Asteroids of the population, of which those near opposition are bright enough.
    package var asteroids: Int
    /// Artefacts in a night.
    package var artefactsPerNight: Double
    /// Share of each class among those of its kind (persistent, transient); relative, 0 leaves a class out.
    package var mix: [SourceClass: Double]
    /// Whether packets carry their three images.
    package var cutouts: Bool
    /// Share of the stars and galaxies that have a spectrum, and share of transients that get one.
    package var spectra: Double
    /// Share of the sources that stand in the catalogues with metadata.
    package var metadata: Double
    /// Folder with the surveys' schemas; nil to look for `Schemas` beside the program (see `SchemaLocation`).
    package var schemas: String?

    /// Settings; the defaults give some thousand alerts in a clear night, of a mix in which every class is to be seen.
    package init(
        survey: Survey = .ztf,
        framing: Framing? = nil,
        firstNight: Int = 61_041,
        objects: Int = 4_000,
        transientsPerNight: Double = 8,
        asteroids: Int = 1_500,
        artefactsPerNight: Double = 150,
        mix: [SourceClass: Double] = SimulationSettings.broadMix,
        cutouts: Bool = true,
        spectra: Double = 0.3,
        metadata: Double = 0.8,
        schemas: String? = nil
    ) {
        self.survey = survey
        self.framing = framing
        self.firstNight = firstNight
        self.objects = objects
        self.transientsPerNight = transientsPerNight
        self.asteroids = asteroids
        self.artefactsPerNight = artefactsPerNight
        self.mix = mix
        self.cutouts = cutouts
        self.spectra = spectra
        self.metadata = metadata
        self.schemas = schemas
    }

    /// Shares like those of the alerts that a broker sees, the rarest classes raised so that a night shows some.
    package static let broadMix: [SourceClass: Double] = [
        .supernovaIa: 0.5, .supernovaIbc: 0.09, .supernovaII: 0.16, .supernovaIIn: 0.05, .superluminous: 0.03,
        .tidalDisruption: 0.03, .microlensing: 0.14,
        .rrLyraeAB: 0.16, .rrLyraeC: 0.05, .deltaScuti: 0.03, .highAmplitudeDeltaScuti: 0.02, .cepheid: 0.03,
        .mira: 0.06, .semiRegular: 0.12, .eclipsingDetached: 0.07, .eclipsingSemiDetached: 0.05,
        .eclipsingContact: 0.13, .rotating: 0.05, .activeNucleus: 0.15, .cataclysmic: 0.03, .youngStar: 0.05,
    ]
}

extension SimulationSettings {
    /// Refuses what makes no sense.
    func check() throws(SimulationError) {
        guard Alert.allowedTimes.contains(Double(firstNight)) else {
            throw SimulationError("first night \(firstNight): an MJD from 47892 (1990) to 88068 (2099) is allowed")
        }
        guard (0...2_000_000).contains(objects), (0...1_000_000).contains(asteroids) else {
            throw SimulationError(
                "\(objects) objects and \(asteroids) asteroids: at most 2,000,000 and 1,000,000 are allowed"
            )
        }
        for (name, value) in [("transients", transientsPerNight), ("artefacts", artefactsPerNight)] {
            guard value >= 0, value <= 100_000 else {
                throw SimulationError("\(value) \(name) in a night: 0 to 100,000 are allowed")
            }
        }
        for (name, value) in [("spectra", spectra), ("metadata", metadata)] {
            guard value >= 0, value <= 1 else {
                throw SimulationError("a share of \(value) with \(name): 0 to 1 is allowed")
            }
        }
        if let share = mix.first(where: { !($0.value >= 0 && $0.value.isFinite) }) {
            throw SimulationError("share \(share.value) of \(share.key.rawValue): 0 or more is allowed")
        }
    }
}

/// Why a sky cannot be simulated.
package struct SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String

    /// An error in these words.
    package init(_ description: String) {
        self.description = description
    }
}
