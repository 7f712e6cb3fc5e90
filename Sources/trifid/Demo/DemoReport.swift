import Broker
import Foundation
import Ground
import Service
import Sky

/// What a demonstration has come to.
struct DemoReport {
    private let audit: RunningAudit
    private let feed: SkyFeed.Status
    private let statistics: StreamStatistics.Snapshot
    private let elapsed: Double
    private let firstAlert: Double?
    private let latencies: RecentLatencies
    private let folder: DemoFolder
    private let warnings: [String]
    private static let listedFaults = 10

    init(_ demo: Demo, _ audit: RunningAudit) {
        self.audit = audit
        feed = demo.feed?.status ?? SkyFeed.Status()
        statistics = demo.statistics.snapshot
        elapsed = demo.elapsed
        firstAlert = demo.board.firstAlert.map { demo.elapsed - Date().timeIntervalSince($0) }
        latencies = demo.board.latencies
        folder = demo.folder
        warnings = demo.board.warnings
    }

    /// For people.
    func lines(_ style: TerminalStyle) -> [String] {
        let counts = audit.counts
        var lines = [
            "",
            style.bold("The audit is \(audit.isClosed ? "closed" : "OPEN")")
                + ": consumed \(counts.consumed.grouped) = annotated \(counts.annotated.grouped)"
                + " + duplicates \(counts.duplicates.grouped) + dead letters \(counts.deadLetters.grouped)",
            "Sent \(feed.sent.grouped) messages in \(Int(elapsed)) s and \(feed.night) simulated nights, among them"
                + " \(feed.repeated) repeated and \(feed.unreadable) unreadable on purpose.",
        ]
        if let median = latencies.quantile(0.5), let high = latencies.quantile(0.99) {
            lines.append(
                String(
                    format: "From Kafka to Kafka in %.2f s (median), %.2f s (99 %%) of the last alerts.",
                    median,
                    high
                )
            )
        }
        if !audit.isClosed { lines += troubles }
        if folder.isKept {
            lines.append("Database and log stay in \(folder.path).")
        }
        return lines + ["", style.bold("What to do next, with your own Kafka and PostgreSQL:")] + next
    }

    private var troubles: [String] {
        audit.faults.prefix(Self.listedFaults).map { "  \($0)" } + warnings.suffix(5).map { "  log: \($0)" }
    }

    private var next: [String] {
        let program = CommandLine.arguments.first ?? ""
        return [
            "  trifid config keys --yaml > trifid.yaml   then set in it kafka.brokers,",
            "                                            input.topics, postgres.url",
            "  trifid run --config trifid.yaml           the broker, exactly once",
            "  trifid tail --config trifid.yaml          what goes out",
        ] + (program.contains("/") ? ["trifid is \(program)"] : [])
    }

    /// For programs.
    var json: JSONValue {
        let counts = audit.counts
        return [
            "closed": .bool(audit.isClosed),
            "consumed": .integer(counts.consumed),
            "annotated": .integer(counts.annotated),
            "duplicates": .integer(counts.duplicates),
            "deadLetters": .integer(counts.deadLetters),
            "open": .integer(Int64(audit.openCount)),
            "faults": .array(audit.faults.map(JSONValue.string)),
            "sent": .integer(Int64(feed.sent)),
            "repeated": .integer(Int64(feed.repeated)),
            "unreadable": .integer(Int64(feed.unreadable)),
            "spectra": .integer(Int64(feed.spectra)),
            "metadata": .integer(Int64(feed.metadata)),
            "nights": .integer(Int64(feed.night)),
            "seconds": .number(elapsed),
            "firstAlertSeconds": firstAlert.map(JSONValue.number) ?? .null,
            "latencySeconds": [
                "median": latencies.quantile(0.5).map(JSONValue.number) ?? .null,
                "p99": latencies.quantile(0.99).map(JSONValue.number) ?? .null,
            ],
        ]
    }
}
