import Broker
import Foundation

/// Annotated alerts as lines of a table, for `tail` and `demo`.
struct AlertTable {
    let style: TerminalStyle
    /// Columns of the window; nil for as many as a line takes.
    var width: Int?
    /// Whether a line whose class is no decision is dimmed.
    var dimsUndecided = true

    /// Below this width the columns are narrower.
    private static let roomy = 100
    private var isNarrow: Bool { width.map { $0 < Self.roomy } ?? false }

    /// The heading.
    var heading: String {
        style.bold(
            row("object", "class", "prob", "points", "with", "novelty", "latency", "flags")
        )
    }

    /// One alert.
    ///
    /// - Parameter latency: seconds from the alert's arrival in Kafka to its annotation's.
    func line(_ alert: AlertSummary, latency: Double?) -> String {
        let words = isNarrow ? ("spec", "meta") : ("spectrum", "metadata")
        let other = [alert.hasSpectrum ? words.0 : nil, alert.hasMetadata ? words.1 : nil].compactMap { $0 }
        let row = row(
            alert.objectId,
            alert.label,
            alert.probability.isNaN ? "" : String(format: "%.2f", Double(alert.probability)),
            String(alert.points),
            other.isEmpty ? "-" : other.joined(separator: " "),
            alert.percentile.isNaN ? "-" : String(format: "%.1f %%", Double(alert.percentile)),
            latency.map { String(format: "%.2f s", $0) } ?? "-",
            alert.flags.joined(separator: " ")
        )
        return alert.isDecided || !dimsUndecided ? row : style.dim(row)
    }

    private func row(
        _ object: String,
        _ label: String,
        _ probability: String,
        _ points: String,
        _ with: String,
        _ novelty: String,
        _ latency: String,
        _ flags: String
    ) -> String {
        var columns = [
            left(object, isNarrow ? 19 : 22), left(label, isNarrow ? 16 : 18), right(probability, 4), right(points, 6),
            left(" " + with, isNarrow ? 10 : 19), right(novelty, 7), right(latency, 7),
        ]
        if !isNarrow, !flags.isEmpty { columns.append(" " + flags) }
        let line = columns.joined(separator: " ")
        return width.map { String(line.prefix($0)) } ?? line
    }

    private func left(_ text: String, _ width: Int) -> String {
        text.count > width
            ? String(text.prefix(width - 1)) + "…" : text + String(repeating: " ", count: width - text.count)
    }

    private func right(_ text: String, _ width: Int) -> String {
        text.count >= width ? text : String(repeating: " ", count: width - text.count) + text
    }
}
