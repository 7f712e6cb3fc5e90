import Broker
import Service
import Sky

/// `trifid audit`
struct AuditCommand: Command {
    static let name = "audit"
    static let summary = "Recount the stream: every input message against what went out"
    static let discussion = """
        Reads the input topics up to the committed offset and the output topics as a subscriber reads them, and holds \
        both against the ledger, position by position: consumed = annotated + duplicates + dead letters + private (data \
        that are not public). Exit status 0 only if it closes. What the topics no longer hold counts as beyond retention.
        """
    static let examples = ["trifid audit --config trifid.yaml --json"]

    let configuration = ConfigurationOptions()

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        let settings = try configuration.load()
        let audit = StreamAudit(settings: StreamSettings(settings), registry: try SchemaChoice.registry(settings))
        let progress = Progress("messages")
        let report = try audit.run { progress.advance(to: $0) }
        progress.finish()
        if json {
            var text = JSONText(capacity: 1 << 14)
            report.appendJSON(to: &text)
            StandardOutput.print(text.text)
        } else {
            show(report)
        }
        return report.isClosed ? .done : .incomplete
    }

    private func show(_ report: AuditReport) {
        let style = TerminalStyle(for: 1)
        let outcomes = report.outcomes
        let verdict = report.isClosed ? style.green("closed") : style.red("open")
        StandardOutput.print(
            """
            audit \(verdict): consumed \(report.consumed) = annotated \(outcomes.annotated) + duplicates \
            \(outcomes.duplicates) + dead letters \(outcomes.deadLetters) + private \(outcomes.restricted)
            conflicting \(report.conflicting), beyond retention \(report.beyondRetention), duplicates for which only \
            the ledger speaks \(report.unproved)
            """
        )
        for partition in report.partitions {
            StandardOutput.print(
                "\(partition.partition): \(partition.first) to \(partition.committed): "
                    + "\(partition.consumed) consumed"
            )
        }
        for (what, positions) in [("missing", report.missing), ("extra", report.extra)] {
            for position in positions {
                StandardOutput.print(
                    style.red("\(what) \(position.partition)@\(position.offset): \(position.reason)")
                )
            }
        }
    }
}
