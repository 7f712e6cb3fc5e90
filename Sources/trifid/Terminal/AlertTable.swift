import Broker
import Foundation

/// Annotated alerts as lines of a table, for `tail` and `demo`.
struct AlertTable {
    let style: TerminalStyle

    /// The heading.
    var heading: String {
        style.bold(
            Self.row("object", "class", "prob", "points", "with", "novelty", "latency", "flags")
        )
    }

    /// One alert.
    ///
    /// - Parameter latency: seconds from the alert's arrival in Kafka to its annotation's.
    func line(_ alert: AlertSummary, latency: Double?) -> String {
        let other = [alert.hasSpectrum ? "spectrum" : nil, alert.hasMetadata ? "metadata" : nil].compactMap { $0 }
        let row = Self.row(
            alert.objectId,
            alert.label,
            alert.probability.isNaN ? "" : String(format: "%.2f", Double(alert.probability)),
            String(alert.points),
            other.isEmpty ? "-" : other.joined(separator: " "),
            alert.percentile.isNaN ? "-" : String(format: "%.1f %%", Double(alert.percentile)),
            latency.map { String(format: "%.2f s", $0) } ?? "-",
            alert.flags.joined(separator: " ")
        )
        return alert.isDecided ? row : style.dim(row)
    }

    private static func row(
        _ object: String,
        _ label: String,
        _ probability: String,
        _ points: String,
        _ with: String,
        _ novelty: String,
        _ latency: String,
        _ flags: String
    ) -> String {
        [
            left(object, 20), left(label, 14), right(probability, 5), right(points, 7), left(" " + with, 19),
            right(novelty, 8), right(latency, 9), " " + flags,
        ].joined(separator: " ")
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text.count >= width ? String(text.prefix(width)) : text + String(repeating: " ", count: width - text.count)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        text.count >= width ? text : String(repeating: " ", count: width - text.count) + text
    }
}
