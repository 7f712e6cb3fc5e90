import Foundation
import Ground
import Service

/// What every benchmark prints: `{"benchmark", "machine", "results": [{"case", "rate", "unit", "threads", ...}]}`.
struct BenchmarkReport {
    /// One measured case.
    struct Row {
        let name: String
        let rate: Double
        let unit: String
        let threads: Int
        var more: [(String, JSONValue)] = []
    }

    let benchmark: String
    var rows: [Row] = []

    /// Prints a table, or one JSON object.
    func print(json: Bool) {
        guard json else {
            StandardOutput.print("\(benchmark) on \(Self.machine)")
            for row in rows {
                let more = row.more.map { "  \($0.0) \($0.1.line)" }.joined()
                let name = row.name.padding(toLength: max(14, row.name.count), withPad: " ", startingAt: 0)
                let rate = String(format: "%12.0f", row.rate)
                StandardOutput.print(
                    "\(name)\(rate) \(row.unit)  \(row.threads) thread\(row.threads == 1 ? "" : "s")\(more)"
                )
            }
            return
        }
        StandardOutput.print(
            [
                "benchmark": .string(benchmark), "machine": .string(Self.machine),
                "results": .array(
                    rows.map { row in
                        .object(
                            [
                                JSONValue.Member("case", .string(row.name)),
                                JSONValue.Member("rate", .number(row.rate)),
                                JSONValue.Member("unit", .string(row.unit)),
                                JSONValue.Member("threads", .integer(Int64(row.threads))),
                            ] + row.more.map { JSONValue.Member($0.0, $0.1) }
                        )
                    }
                ),
            ]
        )
    }

    /// The processor's name and the number of cores.
    static var machine: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model =
            lines.split(separator: "\n").first { $0.hasPrefix("model name") }
            .map { $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces) }
        return "\(model ?? "unknown processor"), \(ProcessInfo.processInfo.activeProcessorCount) cores"
    }
}
