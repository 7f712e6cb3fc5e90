import AstroM3
import Avro
import Broker
import Ground
import Service
import Survey

/// `trifid bench`
struct BenchCommand: CommandGroup {
    static let name = "bench"
    static let summary = "Measure how fast this machine decodes, infers, trains and streams"
    static let discussion = "Packets are simulated unless --packets names a folder of real ones."
    static let examples = ["trifid bench decode --json"]
    static let subcommands: [any Command.Type] = [
        BenchDecodeCommand.self, BenchInferCommand.self, BenchTrainCommand.self, BenchStreamCommand.self,
    ]
}

/// `trifid bench decode`
struct BenchDecodeCommand: Command {
    static let name = "decode"
    static let summary = "Packets a second to a complete alert, on one thread"
    static let discussion = "Messages are cycled so that they miss the processor's cache."
    static let examples = ["trifid bench decode --json"]

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    @Option("--packets", "DIR", "Folder with ztf/packets and lsst/packets to measure with; else they are simulated.")
    var packets: String?

    @Option("--seconds", "S", in: 0.1...3600, "How long each case is measured.")
    var seconds: Double = 5

    func run() throws -> ExitStatus {
        var report = BenchmarkReport(benchmark: "decode")
        let registry = try FolderSchemaRegistry(InstalledFiles.schemas())
        for (name, measured) in [
            ("ztf-cutouts", try BenchmarkPackets.ztfWithCutouts(in: packets)),
            ("lsst-v10", try BenchmarkPackets.lsst(in: packets)),
        ] {
            let benchmark = DecodeBenchmark(messages: measured.packets, registry: registry)
            let result = try benchmark.run(seconds: seconds)
            let bytes = Double(measured.packets.reduce(0) { $0 + $1.count }) / Double(measured.packets.count)
            report.rows.append(
                BenchmarkReport.Row(
                    name: name,
                    rate: result.rate,
                    unit: "packets/s",
                    threads: 1,
                    more: [
                        (
                            "perProcessorSecond",
                            .integer(Int64((Double(result.alerts) / result.processorSeconds).rounded()))
                        ),
                        ("packetBytes", .integer(Int64(bytes.rounded()))), ("packets", .string(measured.source)),
                    ]
                )
            )
        }
        report.print(json: json)
        return .done
    }
}

/// `trifid bench infer`
struct BenchInferCommand: Command {
    static let name = "infer"
    static let summary = "Alerts a second through the model, by length of the light curve"
    static let examples = ["trifid bench infer --layers 8 --json"]

    @Option("--layers", "N", in: 1...32, "Layers of the photometry encoder.")
    var layers: Int = 8

    @Option("--rounds", "N", in: 1...1000, "How often each case is measured; the best counts.")
    var rounds: Int = 5

    @Option("--packets", "DIR", "Folder with ztf/packets and lsst/packets to measure with; else they are simulated.")
    var packets: String?

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        var report = BenchmarkReport(benchmark: "infer")
        let lengths = try BenchmarkPackets.ztfLengths(in: packets)
        for result in try InferenceBenchmark(layers: layers, rounds: rounds).run(ztfLengths: lengths.lengths) {
            var more: [(String, JSONValue)] = [
                ("layers", .integer(Int64(layers))), ("meanLength", .number((result.meanLength * 10).rounded() / 10)),
            ]
            if result.name == "ztf-lengths" { more.append(("alerts", .string(lengths.source))) }
            report.rows.append(
                BenchmarkReport.Row(
                    name: result.name,
                    rate: result.rate,
                    unit: "alerts/s",
                    threads: result.threads,
                    more: more
                )
            )
        }
        report.print(json: json)
        return .done
    }
}
