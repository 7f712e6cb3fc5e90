import Archive
import AstroM3
import Avro
import Broker
import Foundation
import Ground
import Kafka
import Postgres
import Replay
import Service
import Settings
import Sky
import Survey
import Synchronization

/// Measures a stream end to end: real Kafka, PostgreSQL, the join, the model and transactions, on this machine.
final class StreamBenchmark {
    /// What was measured.
    struct Result {
        let alerts: Int
        let seconds: Double
        let stages: [StreamStatistics.Stage: Double]
        let packetBytes: Double
        /// Points of an alert's joined light curve.
        let meanPoints: Double
        let batches: Int64
        /// The most memory that this process has held while it streamed, in MiB.
        let peakMemory: Double
        /// What the audit of the run has found.
        let audit: AuditReport

        var rate: Double { Double(alerts) / seconds }
    }

    /// What was sent to be streamed.
    struct Load {
        /// Mean size of a packet.
        var meanBytes: Double
        /// Names of every second object, in the order in which they first came.
        var everySecondObject: [String] = []
        /// Time of the earliest alert (MJD).
        var earliest = Double.infinity
        /// The survey of the alerts.
        var survey = SurveyName("ztf")
    }

    private let brokers: String
    private let postgres: String
    /// A model's folder, or the layers of an untrained one.
    enum Network {
        case folder(String)
        case untrained(layers: Int)
    }

    private let network: Network
    private let lightCurve: OutputLightCurve
    private let folder: String

    init(brokers: String, postgres: String, network: Network, lightCurve: OutputLightCurve, folder: String) {
        self.brokers = brokers
        self.postgres = postgres
        self.network = network
        self.lightCurve = lightCurve
        self.folder = folder
    }

    /// Fills a topic with ZTF packets, each round of the files another sky.
    ///
    /// - Returns: what was sent.
    func load(topic: String, alerts: Int, files: [String]) throws -> Load {
        let kafka = KafkaSettings(brokers: brokers)
        _ = try KafkaAdmin(kafka).createTopics([NewTopic(topic, partitions: 4)])
        let producer = try Producer(kafka)
        let progress = Progress("packets to \(topic)", of: alerts)
        var (sent, bytes) = (0, 0)
        var (load, objects) = (Load(meanBytes: 0), Set<[UInt8]>())
        let rounds = files.isEmpty ? 0 : (alerts + files.count - 1) / files.count
        try PacketReplay(files: files, rounds: rounds).forEach { event in
            guard case .message(let message) = event else { return true }
            try producer.produce(topic, key: message.key, value: message.value)
            // Later rounds are later by whole nights.
            if message.round == 0 { load.earliest = min(load.earliest, try Self.time(of: message.value)) }
            if objects.insert(message.key).inserted, objects.count % 2 == 0 {
                load.everySecondObject.append(String(decoding: message.key, as: UTF8.self))
            }
            sent += 1
            bytes += message.value.count
            progress.advance(to: sent)
            return sent < alerts
        }
        let account = try producer.flush(within: .seconds(300))
        progress.finish()
        guard account.delivered == alerts else {
            throw CommandFailure(.unreachable, "\(account.delivered) of \(alerts) packets were delivered to \(topic)")
        }
        load.meanBytes = Double(bytes) / Double(max(1, sent))
        return load
    }

    private static func time(of packet: [UInt8]) throws -> Double {
        var time = Double.infinity
        try packet.withUnsafeBytes { bytes in
            try PacketDecoder(registry: nil).decodeEach(bytes) { result, _ in
                if case .success(let alert) = result { time = min(time, alert.mjd) }
            }
        }
        return time
    }

    /// The longest rest after filling, in seconds.
    private static let longestRest = 60.0

    /// Fills the database with objects that it makes up, every second one of the load's among them, and lets it and the
    /// machine settle: a host that lends processor time takes it back for a while after a minute of such work, and what is
    /// measured then is the host.
    func fill(objects: Int, _ load: Load) throws {
        guard objects > 0, load.earliest.isFinite else { return }
        try Archive.migrate(postgres)
        let generated = GeneratedObjects(
            survey: load.survey,
            count: objects,
            until: load.earliest - 1,
            names: Array(load.everySecondObject.prefix(objects))
        )
        let progress = Progress("\(objects) objects made by the database", of: 1)
        let started = SteadyClock.seconds
        try Archive.fill(postgres, with: generated)
        try Archive.settle(postgres)
        Thread.sleep(forTimeInterval: min(Self.longestRest, SteadyClock.seconds - started))
        progress.finish()
    }

    /// Streams the topic until all its alerts are committed, then audits what went out.
    func run(topic: String, alerts: Int, packetBytes: Double, stop: StopToken) throws -> Result {
        let model: String
        switch network {
        case .folder(let named): model = named
        case .untrained(let layers):
            model = "\(folder)/model"
            try ModelChoice.makeUntrained(folder: model, seed: 1, layers: layers)
        }
        var settings = StreamSettings(
            brokers: brokers,
            group: "bench-\(topic)",
            inputTopics: [topic],
            postgresURL: postgres,
            routing: Routing(topics: OutputTopics(prefix: "bench-\(topic)"), anomalyPercentile: 99),
            threads: ProcessInfo.processInfo.activeProcessorCount
        )
        settings.lightCurve = DatumFraming.LightCurveExtent(lightCurve)
        let statistics = StreamStatistics()
        let worker = StreamWorker(
            settings: settings,
            annotator: Annotator(
                model: try Model(folder: model),
                settings: settings.annotation,
                threads: settings.threads
            ),
            registry: nil,
            framing: try MessageFraming(),
            statistics: statistics,
            log: Logger("bench", to: LogSink.lines(level: .warning) { StandardError.print("trifid bench: \($1)") })
        )
        let progress = Progress("alerts", of: alerts)
        try worker.run {
            let done = Int(statistics.snapshot.consumed)
            progress.advance(to: done)
            return done >= alerts || stop.isRequested
        }
        progress.finish()
        let snapshot = statistics.snapshot
        guard snapshot.consumed >= alerts else {
            throw CommandFailure(.incomplete, "stopped after \(snapshot.consumed) of \(alerts) alerts")
        }
        let memory = PeakMemory.mebibytes
        let recount = Progress("messages audited", of: 2 * alerts)
        let audit = try StreamAudit(settings: settings, registry: nil).run { recount.advance(to: $0) }
        recount.finish()
        return Result(
            alerts: Int(snapshot.outcomes.annotated + snapshot.outcomes.restricted),
            seconds: Double(snapshot.lastCommit - snapshot.firstReceived) * 1e-6,
            stages: snapshot.seconds,
            packetBytes: packetBytes,
            meanPoints: Double(snapshot.lightCurvePoints) / Double(max(1, snapshot.outcomes.annotated)),
            batches: snapshot.batches,
            peakMemory: memory,
            audit: audit
        )
    }
}
