import CZlib
import SimulationSupport
import Sky
import Testing

@testable import Simulator

@Suite struct SkySimulationTests {
    @Test(arguments: Simulations.versions)
    func theSameSeedGivesTheSameBytes(_ survey: SimulationSettings.Survey) throws {
        let settings = Simulations.settings(survey, cutouts: survey == .ztf)
        let first = try Simulations.alerts(40, settings)
        let second = try Simulations.alerts(40, settings)
        let isSame = first.map(\.packet) == second.map(\.packet)
        #expect(isSame)
        let other = try Simulations.alerts(40, seed: 2, settings)
        let shared = Set(first.map(\.alertId)).intersection(other.map(\.alertId))
        #expect(shared.isEmpty)
    }

    /// The checksum was taken once: it changes where a change of the code, or a machine, changes the sky.
    @Test func theSkyOfASeedIsTheSameOnEveryMachine() throws {
        let alerts = try Simulations.alerts(300, seed: 20_260_101, Simulations.settings())
        let sum = alerts.reduce(0) { sum, alert in
            alert.packet.withUnsafeBufferPointer { crc32(sum, $0.baseAddress, UInt32($0.count)) }
        }
        #expect(sum == 2_832_860_060)
    }

    @Test func alertsComeInTheOrderOfTheirExposuresAndOnce() throws {
        for survey in [SimulationSettings.Survey.ztf, .lsst(major: 10, minor: 0)] {
            let alerts = try Simulations.alerts(600, Simulations.settings(survey))
            #expect(alerts.count == 600)
            #expect(zip(alerts, alerts.dropFirst()).allSatisfy { $0.mjd <= $1.mjd })
            #expect(Set(alerts.map(\.alertId)).count == alerts.count)
            #expect(alerts.allSatisfy { $0.flux.magnitude >= 5 * $0.fluxErr })
        }
    }

    @Test func aNightShowsTheMix() throws {
        let alerts = try Simulations.alerts(2_500, SimulationSettings(cutouts: false, schemas: Simulations.schemas))
        let counts = Dictionary(grouping: alerts, by: \.sourceClass).mapValues { Double($0.count) / 2_500 }
        for sourceClass in SourceClass.allCases {
            #expect(counts[sourceClass, default: 0] > 0, "no \(sourceClass.rawValue)")
        }
        #expect((0.05...0.35).contains(counts[.asteroid, default: 0]))
        #expect((0.05...0.35).contains(counts[.bogus, default: 0]))
        #expect(counts[.supernovaIa, default: 0] > counts[.supernovaIbc, default: 0])
        let transients = SourceClass.allCases.filter { $0.life == .transient }
        #expect((0.02...0.35).contains(transients.reduce(0) { $0 + counts[$1, default: 0] }))
        // Variables are as often fainter as brighter than in the reference image.
        let variables = alerts.filter { $0.sourceClass == .eclipsingContact || $0.sourceClass == .rrLyraeAB }
        let negative = Double(variables.count { $0.flux < 0 }) / Double(variables.count)
        #expect((0.25...0.75).contains(negative))
    }

    @Test func aClassOfShareZeroDoesNotAppear() throws {
        var settings = Simulations.settings()
        settings.mix = [.rrLyraeAB: 1, .supernovaIa: 1]
        settings.asteroids = 0
        settings.artefactsPerNight = 0
        let alerts = try Simulations.alerts(300, settings)
        #expect(Set(alerts.map(\.sourceClass)) == [.rrLyraeAB, .supernovaIa])
    }

    @Test func anEmptySkyEnds() throws {
        var settings = Simulations.settings()
        settings.objects = 0
        settings.transientsPerNight = 0
        settings.asteroids = 0
        settings.artefactsPerNight = 0
        var simulation = try SkySimulation(seed: 1, settings: settings)
        #expect(simulation.next() == nil)
    }

    @Test func settingsWithoutSenseAreRefused() {
        let changes: [(inout SimulationSettings) -> Void] = [
            { $0.objects = -1 }, { $0.firstNight = 90_000 }, { $0.transientsPerNight = .nan }, { $0.spectra = 1.5 },
            { $0.mix[.mira] = -1 }, { $0.survey = .lsst(major: 7, minor: 1) }, { $0.framing = .confluent },
            { $0.schemas = "/nowhere" },
        ]
        for (number, change) in changes.enumerated() {
            var settings = Simulations.settings()
            change(&settings)
            #expect(throws: SimulationError.self, "change \(number)") {
                try SkySimulation(seed: 1, settings: settings)
            }
        }
    }

    @Test func objectsKeepTheirNames() throws {
        let alerts = try Simulations.alerts(900, Simulations.settings())
        let byName = Dictionary(grouping: alerts, by: \.objectId)
        #expect(byName.values.contains { $0.count > 2 })
        for (name, group) in byName {
            #expect(Set(group.map(\.sourceClass)).count == 1)
            #expect(Set(group.map(\.ra)).count == 1, "\(name) moves")
            #expect(name.hasPrefix("ZTF") && name.utf8.count == 12)
        }
        // An asteroid is another object in every exposure.
        #expect(byName.values.filter { $0[0].sourceClass == .asteroid }.allSatisfy { $0.count == 1 })
    }

    @Test func memoryOfTheSkyIsBounded() throws {
        var settings = Simulations.settings()
        settings.objects = 0
        settings.asteroids = 0
        settings.artefactsPerNight = 0
        settings.transientsPerNight = 3
        let fields = Schedule.ztf(seed: 1).grid.fieldCount
        var population = Population(seed: 1, settings: settings, schedule: .ztf(seed: 1))
        func alive() -> Int { (0..<fields).reduce(0) { $0 + population.sources(inField: $1).count } }
        population.begin(night: settings.firstNight)
        let atFirst = alive()
        for night in settings.firstNight + 1...settings.firstNight + 500 { population.begin(night: night) }
        #expect(atFirst > 100 && alive() < 2 * atFirst)
    }
}
