import Foundation
import Simulator

/// What a demonstration sends: alerts of two surveys from a simulated sky, a few of them twice, and now and then a
/// message that nobody can read, so that the ledger has something of everything.
struct DemoSky {
    /// One message.
    struct Message {
        let topic: String
        let key: [UInt8]
        /// nil for a tombstone.
        let value: [UInt8]?
    }

    /// ZTF's packets: object containers.
    static let ztf = "demo.ztf"
    /// LSST's packets: Confluent framing.
    static let lsst = "demo.lsst"
    /// One message in so many is an alert of LSST.
    private static let lsstEvery = 5
    /// One message in so many was sent before.
    static let repeatEvery = 50
    /// One message in so many cannot be read.
    static let unreadableEvery = 80

    private var surveys: [String: SkySimulation]
    private var number = 0
    private var earlier: [Message] = []
    /// Messages that were sent before.
    private(set) var repeated = 0
    /// Messages that cannot be read.
    private(set) var unreadable = 0

    init(seed: UInt64, schemas: String) throws {
        func sky(_ survey: SimulationSettings.Survey) throws -> SkySimulation {
            try SkySimulation(
                seed: seed,
                settings: SimulationSettings(
                    survey: survey,
                    objects: 800,
                    transientsPerNight: 10,
                    asteroids: 300,
                    artefactsPerNight: 20,
                    spectra: 0.15,
                    metadata: 0.6,
                    schemas: schemas
                )
            )
        }
        surveys = [Self.ztf: try sky(.ztf), Self.lsst: try sky(.lsst(major: 10, minor: 0))]
    }

    /// The simulated night of the first survey, the first being 1.
    var night: Int { surveys[Self.ztf].map { max(1, $0.night - $0.settings.firstNight + 1) } ?? 1 }

    /// What catalogues know before the first night, some hundred objects at a time.
    func forEachCatalogue(_ body: (_ survey: String, _ entries: [CatalogueEntry]) throws -> Void) rethrows {
        for (topic, survey) in surveys.sorted(by: { $0.key > $1.key }) {
            var entries: [CatalogueEntry] = []
            for entry in survey.catalogue() {
                entries.append(entry)
                if entries.count == 200 {
                    try body(Self.name(topic), entries)
                    entries.removeAll(keepingCapacity: true)
                }
            }
            try body(Self.name(topic), entries)
        }
    }

    /// What has become known since the last call.
    mutating func takeArrivals() -> [(survey: String, entries: [CatalogueEntry])] {
        surveys.keys.sorted().compactMap { topic in
            guard let entries = surveys[topic]?.takeArrivals(), !entries.isEmpty else { return nil }
            return (Self.name(topic), entries)
        }
    }

    /// The next message; nil where nothing is to be seen any more.
    mutating func next() -> Message? {
        number += 1
        if number % Self.repeatEvery == Self.repeatEvery / 2, !earlier.isEmpty {
            repeated += 1
            return earlier[repeated * 5 % earlier.count]
        }
        let topic = number % Self.lsstEvery == 0 ? Self.lsst : Self.ztf
        guard let alert = surveys[topic]?.next() else { return nil }
        let message = Message(topic: topic, key: alert.key, value: alert.packet)
        if number % Self.unreadableEvery == Self.unreadableEvery - 1 {
            unreadable += 1
            return spoilt(message)
        }
        earlier.append(message)
        if earlier.count > 16 { earlier.removeFirst() }
        return message
    }

    /// The message as a fault on its way might leave it: cut off, empty, something else, of a schema nobody knows.
    private func spoilt(_ message: Message) -> Message {
        let value: [UInt8]?
        switch unreadable % 4 {
        case 1: value = message.value.map { Array($0.prefix($0.count / 2)) }
        case 2: value = Array("{\"error\": \"upstream timed out\"}".utf8)
        case 3: value = [0, 0, 0, 0x27, 0x0F] + (message.value ?? []).prefix(2_000)
        default: value = nil
        }
        return Message(topic: message.topic, key: message.key, value: value)
    }

    private static func name(_ topic: String) -> String { topic == ztf ? "ztf" : "lsst" }
}
