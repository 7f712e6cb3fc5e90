import AstroM3
import Broker
import Postgres
import Service
import Settings
import Sky

/// `trifid run`
struct RunCommand: Command {
    static let name = "run"
    static let summary = "Annotate a stream of alerts, exactly once"
    static let discussion = """
        Reads the input topics of the configuration, annotates every alert and publishes it, input offsets and outputs \
        in one Kafka transaction. SIGTERM or Ctrl-C finishes what is on the way and ends with status 0. Several \
        workers with different kafka.worker share one group.
        """
    static let examples = ["trifid run --config trifid.yaml"]

    let configuration = ConfigurationOptions()

    func run() throws -> ExitStatus {
        let settings = try configuration.load()
        let folder = try settings.requireForRun(shipped: InstalledFiles.model())
        let stream = StreamSettings(settings)
        let annotator = Annotator(
            model: try Model(folder: folder),
            settings: stream.annotation,
            threads: stream.threads
        )
        let process = try ServiceProcess(settings, component: "run", environment: Environment.variables)
        defer { process.ended() }
        PostgresNotices.send { [log = process.log] notice in
            log.log(.warning, "PostgreSQL says", fields: notice.fields)
        }
        let statistics = StreamStatistics()
        let heartbeats = StreamMonitor(statistics, limits: stream.limits).install(in: process)
        let worker = StreamWorker(
            settings: stream,
            annotator: annotator,
            registry: try SchemaChoice.registry(settings),
            framing: try SchemaChoice.framing(settings),
            statistics: statistics,
            heartbeats: heartbeats,
            log: process.log
        )
        process.started()
        let stop = process.stop
        try worker.run { stop.isRequested }
        let outcomes = statistics.snapshot.outcomes
        process.log.info(
            "the stream has ended",
            [
                "consumed": "\(outcomes.consumed)", "annotated": "\(outcomes.annotated)",
                "duplicates": "\(outcomes.duplicates)", "deadLetters": "\(outcomes.deadLetters)",
                "private": "\(outcomes.restricted)",
            ]
        )
        return .done
    }
}
