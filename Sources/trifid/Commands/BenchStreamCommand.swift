import Broker
import Foundation
import Ground
import Postgres
import Service
import Settings

/// `trifid bench stream`
struct BenchStreamCommand: Command {
    static let name = "stream"
    static let summary = "Alerts a second end to end, with where the time goes"
    static let discussion = """
        ZTF packets with cutouts through real Kafka, PostgreSQL, the join, the model and transactions, all on this \
        machine. --brokers names a Kafka that runs, --kafka a program that starts one; PostgreSQL is started unless \
        --postgres names another. Packets are simulated unless --packets names a folder of real ones. \
        Stage seconds overlap: stages work at the same time.

        With --objects-before the database is filled first with so many objects of 20 points over the two years before \
        the packets, and half of the alerts' objects are among them, evenly spread. 10^6 objects take about a minute \
        and 2 GB. What is filled is settled (statistics, checkpoint), and the machine rests as long as the \
        filling took, at most a minute, before the clock starts. meanPoints says how long the light curves are: those of \
        filled objects are longer by 20 points, which the model has to read. To see what the number of objects alone \
        costs, compare with a few thousand filled objects, whose light curves are as long, and use the seconds of infer as \
        the clock: the same work took between 1.2 and 2.7 s on one virtual machine within ten minutes, and all other \
        stages with it.

        Afterwards the run is audited, every message against what went out. Exit status 1 where the audit is open: the \
        rate then counts for nothing.
        """
    static let examples = [
        "trifid bench stream --brokers localhost:9092 --alerts 6000 --json",
        "trifid bench stream --brokers localhost:9092 --objects-before 1000000",
    ]

    @Option("--alerts", "N", in: 1...10_000_000, "How many alerts.")
    var alerts: Int = 6_000

    @Option("--objects-before", "N", in: 0...100_000_000, "How many objects the database holds before the first alert.")
    var objectsBefore: Int = 0

    @Option("--model", "DIR", "Folder of a model to measure with; else an untrained one.")
    var model: String?

    @Option("--layers", "N", in: 1...32, "Layers of the untrained model's photometry encoder.")
    var layers: Int = 8

    @Option("--light-curve", "EXTENT", "recent, full or none: what output.lightCurve is set to.")
    var lightCurve: OutputLightCurve = .recent

    @Option("--brokers", "HOST:PORT", "A Kafka that runs already.")
    var brokers: String?

    @Option("--kafka", "PROGRAM", "Starts and stops a Kafka: PROGRAM start FOLDER PORT, PROGRAM stop FOLDER.")
    var kafka: String?

    @Option("--packets", "DIR", "Folder with ztf/packets and lsst/packets to measure with; else they are simulated.")
    var packets: String?

    @Option("--postgres", "URL", "An empty database that is there already.")
    var postgres: String?

    @Option("--peer", "SCRIPT", "Python broker to measure on the same topic, after ours.")
    var peer: String?

    @Option("--python", "PROGRAM", "Python that runs the peer.")
    var python: String = "python3"

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        let other = try peer.map { try PeerBroker(python: python, script: $0) }
        let stop = StopSignals.install()
        let folder = NSTemporaryDirectory() + "/trifid-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let started = brokers == nil ? try kafka.map { try KafkaProgram($0, folder: "\(folder)/kafka") } : nil
        defer { started?.stop() }
        guard let brokers = brokers ?? started?.brokers else {
            throw CommandFailure(
                .usage,
                "no Kafka to measure with",
                advice: "give --brokers HOST:PORT, or --kafka PROGRAM, which starts one"
            )
        }
        let cluster = postgres == nil ? try PrivateCluster(folder: "\(folder)/postgres") : nil
        defer { cluster?.stop() }
        guard let database = postgres ?? cluster?.url else { return .unreachable }
        let benchmark = StreamBenchmark(
            brokers: brokers,
            postgres: database,
            network: model.map { .folder($0) } ?? .untrained(layers: layers),
            lightCurve: lightCurve,
            folder: folder
        )
        let files = try packetFiles(in: folder)
        let topic = "bench\(getpid())"
        let load = try benchmark.load(topic: topic, alerts: alerts, files: files)
        try benchmark.fill(objects: objectsBefore, load)
        let result = try benchmark.run(topic: topic, alerts: alerts, packetBytes: load.meanBytes, stop: stop)
        var report = BenchmarkReport(benchmark: "stream")
        report.rows.append(row(result))
        do {
            try measure(other, against: result, brokers, topic, database, &report)
        } catch {
            report.print(json: json)  // our figure stands, whatever the peer does
            throw error
        }
        report.print(json: json)
        guard result.audit.isClosed else {
            StandardError.print("trifid bench: the audit is open:")
            for position in (result.audit.missing + result.audit.extra + result.audit.differing).prefix(10) {
                StandardError.print(
                    "  \(position.partition)@\(position.offset): \(position.reason)"
                )
            }
            return .incomplete
        }
        return .done
    }

    /// Measures the peer on the same topic, and adds its figure and the ratio.
    private func measure(
        _ peer: PeerBroker?,
        against ours: StreamBenchmark.Result,
        _ brokers: String,
        _ topic: String,
        _ database: String,
        _ report: inout BenchmarkReport
    ) throws {
        guard let peer else { return }
        let rate = try peer.rate(brokers: brokers, topic: topic, alerts: alerts, postgres: database)
        report.rows.append(BenchmarkReport.Row(name: "peer", rate: rate, unit: "alerts/s", threads: 2))
        report.rows.append(BenchmarkReport.Row(name: "ratio", rate: ours.rate / rate, unit: "x the peer", threads: 2))
    }

    /// Files of real ZTF packets with cutouts, or simulated ones written to a folder.
    private func packetFiles(in folder: String) throws -> [String] {
        let real = BenchmarkPackets.ztfFilesWithCutouts(in: packets)
        if !real.isEmpty { return real }
        let simulated = try BenchmarkPackets.ztfWithCutouts(in: nil).packets
        return try simulated.enumerated().map { number, packet in
            let path = "\(folder)/\(number).avro"
            try Data(packet).write(to: URL(fileURLWithPath: path))
            return path
        }
    }

    private func row(_ result: StreamBenchmark.Result) -> BenchmarkReport.Row {
        let stages = StreamStatistics.Stage.allCases.map { stage in
            JSONValue.Member(stage.rawValue, .number(((result.stages[stage] ?? 0) * 100).rounded() / 100))
        }
        return BenchmarkReport.Row(
            name: "ztf-cutouts",
            rate: result.rate,
            unit: "alerts/s",
            threads: ProcessInfo.processInfo.activeProcessorCount,
            more: [
                ("alerts", .integer(Int64(result.alerts))), ("objectsBefore", .integer(Int64(objectsBefore))),
                model.map { ("model", .string($0)) } ?? ("layers", .integer(Int64(layers))),
                ("packetBytes", .integer(Int64(result.packetBytes.rounded()))),
                ("meanPoints", .number((result.meanPoints * 10).rounded() / 10)), ("seconds", .object(stages)),
                ("batches", .integer(result.batches)), ("peakMemoryMiB", .number(result.peakMemory)),
                ("audit", .string(result.audit.isClosed ? "closed" : "open")),
            ]
        )
    }
}

extension OutputLightCurve: ArgumentChoice {}
