import Archive
import AstroM3
import Avro
import Broker
import Foundation
import Kafka
import Postgres
import Service
import Sky
import Synchronization

/// A demonstration: everything that a broker needs, made in one folder, and the broker itself.
final class Demo {
    struct Options: Sendable {
        var alerts: Int?
        var seed: UInt64
        var rate: Double
        var folder: String?
        var model: String?
        var json: Bool
    }

    /// Input topics with their partitions.
    static let inputs = [(name: DemoSky.ztf, partitions: 4), (name: DemoSky.lsst, partitions: 2)]
    /// Reference objects of the model: few, so that it is made soon.
    private static let references = 300
    /// Seconds that what was sent has to come out once the feed has ended.
    private static let drainSeconds = 15.0

    let options: Options
    let stop: StopToken
    let folder: DemoFolder
    let board = DemoBoard()
    let statistics = StreamStatistics()
    let topics = OutputTopics(prefix: "trifid")
    let group = "trifid"
    let started = ContinuousClock.now

    private(set) var kafka: EmbeddedKafkaProcess?
    private var cluster: PrivateCluster?
    private(set) var feed: SkyFeed?
    private var feeding: BackgroundWork<Void>?
    private var working: BackgroundWork<Void>?
    private var subscribing: BackgroundWork<Void>?
    private var admin: KafkaAdmin?
    private let stopFeed = StopToken()
    private let stopWorker = StopToken()
    private let stopSubscriber = StopToken()

    /// Nothing is started yet.
    init(_ options: Options, stop: StopToken) throws {
        self.options = options
        self.stop = stop
        folder = try DemoFolder(named: options.folder)
        let stopFeed = stopFeed
        stop.onStop { stopFeed.request() }
    }

    /// Seconds since the start.
    var elapsed: Double { Double((ContinuousClock.now - started) / .milliseconds(1)) * 1e-3 }

    /// Whether the feed has sent all it had to, or was stopped.
    var isFed: Bool { feeding?.outcome != nil }

    /// What its answers come from, in a line.
    private(set) var modelLine = ""

    /// Where the broker's Kafka listens.
    var brokers: String { kafka?.brokers ?? "" }

    /// Where its database is.
    var databaseURL: String { cluster?.url ?? "" }

    // MARK: - Starting

    /// Starts database, Kafka, model, broker, subscriber and sky.
    ///
    /// - Parameter tell: is told of every step that is done.
    func start(tell: @escaping (String) -> Void) throws {
        let modelFolder = folder.item("model")
        let seed = options.seed
        tell("starting Kafka and PostgreSQL, reading the model ...")
        let named = options.model ?? InstalledFiles.model()
        let model = BackgroundWork("model") {
            if let named { return try Model(folder: named) }
            try ModelChoice.makeUntrained(folder: modelFolder, seed: seed, references: Self.references)
            return try Model(folder: modelFolder)
        }
        let outputs = [topics.alerts, topics.deadLetters].map { (name: $0, partitions: 4) }
        let kafka = try EmbeddedKafkaProcess(topics: Self.inputs + outputs)
        self.kafka = kafka
        tell("embedded Kafka at \(kafka.brokers)")
        var database = PrivateCluster.Options()
        database.fsync = false
        let cluster = try PrivateCluster(folder: folder.item("postgres"), options: database)
        self.cluster = cluster
        tell("private PostgreSQL in \(folder.item("postgres"))")
        let made = try model.get()
        modelLine =
            made.manifest.training == .trained
            ? "Model \(made.manifest.name) \(made.manifest.fullVersion), trained on real light curves, packets and spectra."
            : "Untrained model (seed \(seed)): classes and novelty are those of random weights."
        tell(modelLine)
        guard !stop.isRequested else { return }
        try startSubscriber(classes: Set(made.taxonomy.classes))
        try startWorker(made)
        tell("loading the sky's catalogues, joining the consumer group ...")
        try startFeed()
    }

    private var kafkaSettings: KafkaSettings {
        KafkaSettings(brokers: brokers, properties: KafkaSettings.embeddedProperties)
    }

    private func startSubscriber(classes: Set<String>) throws {
        let subscriber = DemoSubscriber(
            kafka: kafkaSettings,
            outputs: topics,
            schemas: try InstalledFiles.schemas(),
            classes: classes,
            board: board
        )
        let stop = stopSubscriber
        subscribing = BackgroundWork("subscriber") { try subscriber.run(until: stop) }
    }

    private func startWorker(_ model: Model) throws {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let settings = StreamSettings(
            brokers: brokers,
            group: group,
            worker: "demo",
            inputTopics: Self.inputs.map(\.name),
            postgresURL: databaseURL,
            batchAlerts: 100,
            batchWait: 20,
            threads: threads,
            embeddedKafka: true
        )
        let log = try DemoLog(path: folder.item("trifid.log"), board: board)
        let annotator = Annotator(model: model, settings: settings.annotation, threads: threads)
        let registry = try FolderSchemaRegistry(InstalledFiles.schemas())
        let framing = try MessageFraming()
        let (stop, statistics) = (stopWorker, statistics)
        // The feed needs the tables at once.
        try Archive.migrate(databaseURL)
        working = BackgroundWork("stream") {
            let worker = StreamWorker(
                settings: settings,
                annotator: annotator,
                registry: registry,
                framing: framing,
                statistics: statistics,
                log: log.logger
            )
            try worker.run { stop.isRequested }
        }
    }

    private func startFeed() throws {
        let feed = SkyFeed(
            SkyFeed.Settings(
                kafka: kafkaSettings,
                group: group,
                databaseURL: databaseURL,
                schemas: try InstalledFiles.schemas(),
                seed: options.seed,
                limit: options.alerts ?? .max,
                rate: options.rate,
                partitions: Dictionary(uniqueKeysWithValues: Self.inputs.map { ($0.name, $0.partitions) })
            ),
            board: board
        )
        let (stop, statistics) = (stopFeed, statistics)
        feeding = BackgroundWork("sky") { try feed.run(until: stop, statistics) }
        self.feed = feed
    }

    // MARK: - Running

    /// Throws what ended a part that should go on.
    func check() throws {
        if case .failure(let error)? = feeding?.outcome { throw error }
        if let outcome = working?.outcome {
            try outcome.get()
            throw CommandFailure(.incomplete, "the broker ended by itself")
        }
        if let outcome = subscribing?.outcome {
            try outcome.get()
            throw CommandFailure(.incomplete, "the subscriber ended by itself")
        }
        if let kafka, !kafka.isRunning { throw CommandFailure(.unreachable, "the embedded Kafka has ended") }
    }

    /// What has gone out as the subscriber has seen it, and the duplicates, of which nothing goes out.
    var counts: OutcomeCounts {
        var counts = board.audit.seen
        counts.duplicates = statistics.snapshot.outcomes.duplicates
        return counts
    }

    /// Messages that were sent and have not come out.
    var openCount: Int { max(0, (feed?.status.sent ?? 0) - Int(counts.consumed)) }

    /// Whether all that was sent has come out and is committed.
    func isDrained() throws -> Bool {
        guard openCount == 0 else { return false }
        let committed = try committed()
        return (feed?.status.ends ?? [:]).allSatisfy { committed[$0.key] == $0.value }
    }

    private func committed() throws -> [TopicPartition: Int64] {
        let admin = try self.admin ?? KafkaAdmin(kafkaSettings)
        self.admin = admin
        let partitions = (feed?.status.ends.keys).map { Array($0) } ?? []
        return try admin.committedOffsets(group: group, partitions)
    }

    // MARK: - Ending

    /// Ends the feed, lets everything that was sent come out, and closes the audit.
    func finish() throws -> RunningAudit {
        stopFeed.request()
        feeding?.wait(seconds: 15)
        let deadline = Date(timeIntervalSinceNow: Self.drainSeconds)
        while try !isDrained(), Date() < deadline {
            try check()
            usleep(50_000)
        }
        stopWorker.request()
        try working?.get()
        stopSubscriber.request()
        try subscribing?.get()
        return try closedAudit()
    }

    /// Holds what has gone out against the ledger and what is committed.
    private func closedAudit() throws -> RunningAudit {
        var audit = board.audit
        let committed = try committed()
        let archive = try Archive(url: databaseURL, applicationName: "trifid demo audit")
        defer { archive.close() }
        for (partition, end) in (feed?.status.ends ?? [:]).sorted(by: { $0.key < $1.key }) {
            let (topic, number) = (partition.topic, partition.partition)
            try archive.readLedger(topic: topic, partition: number, offsets: 0..<Int64.max) { entry in
                audit.ledger(entry.outcome, of: partition, offset: entry.position.offset)
            }
            audit.close(partition, sent: end, committed: committed[partition] ?? 0)
        }
        return audit
    }

    /// Stops whatever runs, children included, and removes the folder.
    func cleanUp() {
        for token in [stopFeed, stopWorker, stopSubscriber] { token.request() }
        for work in [feeding, working, subscribing] { work?.wait(seconds: 10) }
        kafka?.stop()
        cluster?.stop()
        folder.remove()
    }
}
