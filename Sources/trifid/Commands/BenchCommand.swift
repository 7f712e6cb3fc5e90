import AstroM3
import Avro
import Broker
import Ground
import Service
import Survey

/// `trifid bench`
struct BenchCommand: CommandGroup {
    static let name = "bench"
    static let summary = "Measure how fast this machine decodes, infers and streams"
    static let discussion = "Real packets of $TRIFID_SHARED/data are used where they are at hand, else simulated ones."
    static let examples = ["trifid bench decode --json"]
    static let subcommands: [any Command.Type] = [
        BenchDecodeCommand.self, BenchInferCommand.self, BenchStreamCommand.self,
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

    @Option("--seconds", "S", in: 0.1...3600, "How long each case is measured.")
    var seconds: Double = 5

    func run() throws -> ExitStatus {
        var report = BenchmarkReport(benchmark: "decode")
        let registry = try FolderSchemaRegistry(InstalledFiles.schemas())
        for (name, packets) in [
            ("ztf-cutouts", try BenchmarkPackets.ztfWithCutouts()), ("lsst-v10", try BenchmarkPackets.lsst()),
        ] {
            let benchmark = DecodeBenchmark(messages: packets.packets, registry: registry)
            let result = try benchmark.run(seconds: seconds)
            let bytes = Double(packets.packets.reduce(0) { $0 + $1.count }) / Double(packets.packets.count)
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
                        ("packetBytes", .integer(Int64(bytes.rounded()))), ("packets", .string(packets.source)),
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

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        var report = BenchmarkReport(benchmark: "infer")
        let lengths = try BenchmarkPackets.ztfLengths()
        for result in try InferenceBenchmark(layers: layers).run(ztfLengths: lengths.lengths) {
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
