import Foundation
import Ground

/// `trifid bench train`
struct BenchTrainCommand: Command {
    static let name = "train"
    static let summary = "Objects a second through contrastive pre-training"
    static let discussion = """
        One batch of objects with light curve, spectrum and metadata, over and over: forward, trimodal InfoNCE, backward \
        and AdamW. Light curves of 200 points, and as long as those of ZTF's alerts, packed by true length. The loss must \
        fall; both its ends are printed. Tools/benchmarks/compare_training.py measures PyTorch beside it.
        """
    static let examples = ["trifid bench train --layers 2 --json"]

    @Option("--layers", "N", in: 1...32, "Layers of the photometry encoder.")
    var layers: Int = 8

    @Option("--batch", "N", in: 2...4096, "Objects in a batch.")
    var batch: Int = 64

    @Option("--steps", "N", in: 1...10_000, "Steps that are measured.")
    var steps: Int = 10

    @Option("--threads", "N", in: 1...256, "Threads. Default: one a core.")
    var threads: Int?

    @Option("--case", "NAME", "Measure length-200 or ztf-lengths alone, so that the peak of the memory is its own.")
    var only: String?

    @Option("--packets", "DIR", "Folder with ztf/packets whose lengths are taken; else those of simulated ones.")
    var packets: String?

    @Option(
        "--cases",
        "DIR",
        "Write weights and batch of each case there (safetensors), for others to measure the same, and print all losses."
    )
    var cases: String?

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let lengths = try BenchmarkPackets.ztfLengths(in: packets)
        let benchmark = TrainingBenchmark(
            layers: layers,
            batch: batch,
            threads: threads,
            steps: steps,
            only: only,
            cases: cases
        )
        var report = BenchmarkReport(benchmark: "train")
        for result in try benchmark.run(ztfLengths: lengths.lengths) {
            report.rows.append(
                BenchmarkReport.Row(
                    name: result.name,
                    rate: result.rate,
                    unit: "objects/s",
                    threads: threads,
                    more: [
                        ("layers", .integer(Int64(layers))), ("batch", .integer(Int64(batch))),
                        ("processorMillisecondsAnObject", .number((result.processorTime * 1000).rounded() / 1000)),
                        ("meanLength", .number((result.meanLength * 10).rounded() / 10)),
                        ("firstLoss", .number(result.losses[0])),
                        ("lastLoss", .number(result.losses[result.losses.count - 1])),
                        ("peakMemoryMiB", .number(PeakMemory.mebibytes)),
                    ] + (cases == nil ? [] : [("losses", .array(result.losses.map { .number($0) }))])
                )
            )
        }
        report.print(json: json)
        return .done
    }
}
