import Broker
import Foundation
import Sky

/// The live table: what goes out, how fast, and whether it adds up, in as many lines as the window has.
struct DemoScreen {
    private let style: TerminalStyle
    private let model: String
    private var rows: [DemoBoard.Row] = []
    private static let keptRows = 300
    private static let alertsBetweenLetters = 10

    /// - Parameter model: what the answers come from, in a line.
    init(style: TerminalStyle, model: String) {
        self.style = style
        self.model = model
    }

    /// Takes what came by since the last call: of many alerts the newest is shown, so that each can be read; a dead
    /// letter from time to time.
    mutating func take(_ fresh: [DemoBoard.Row]) {
        if let newest = fresh.last(where: \.isAlert) { rows.append(newest) }
        if let letter = fresh.last(where: { !$0.isAlert }), rows.suffix(Self.alertsBetweenLetters).allSatisfy(\.isAlert)
        {
            rows.append(letter)
        }
        if rows.count > Self.keptRows { rows.removeFirst(rows.count - Self.keptRows) }
    }

    /// The lines of a window.
    func lines(_ moment: DemoMoment, columns: Int, rows height: Int) -> [String] {
        let head = head(moment, columns)
        let foot = foot(moment, columns, height)
        let table = DemoRows(table: AlertTable(style: style, width: columns, dimsUndecided: false))
        let room = max(0, height - head.count - foot.count - 1)
        var shown = rows.suffix(room).map(table.line)
        shown += Array(repeating: "", count: room - shown.count)
        return head + [table.table.heading] + shown + foot
    }

    private func head(_ moment: DemoMoment, _ columns: Int) -> [String] {
        let title = "Trifid demo: a simulated sky, night \(moment.feed.night)"
        let right = moment.clock
        let gap = max(1, columns - title.count - right.count)
        var speed = String(format: "rate %.0f a second   lag %d", moment.rate, moment.lag)
        if let latency = moment.latency {
            speed += String(format: "   latency %.2f s, 99 %% within %.2f s", latency.median, latency.high)
        }
        let known = "   known: \(moment.feed.metadata.grouped) metadata rows, \(moment.feed.spectra.grouped) spectra"
        if speed.count + known.count <= columns { speed += known }
        let sum =
            moment.faults > 0
            ? style.red(cut("\(moment.ledger), \(moment.faults) do not add up", columns))
            : fitted(moment, columns)
        return [
            style.bold(cut(title + String(repeating: " ", count: gap) + right, columns)),
            cut(speed, columns),
            sum,
            moment.trouble.map { style.yellow(cut("the stream starts again: \($0)", columns)) } ?? "",
        ]
    }

    private func fitted(_ moment: DemoMoment, _ columns: Int) -> String {
        let open = "   open \(moment.open)"
        let whole = moment.ledger + open
        if whole.count <= columns { return style.green(moment.ledger) + open }
        let counts = moment.counts
        return cut(
            "consumed \(counts.consumed) = \(counts.annotated) annotated + \(counts.duplicates) duplicate"
                + " + \(counts.deadLetters) dead; open \(moment.open)",
            columns
        )
    }

    private func foot(_ moment: DemoMoment, _ columns: Int, _ height: Int) -> [String] {
        var lines = [
            model,
            "Embedded Kafka: no exactly-once. A real one is one setting away: kafka.brokers.",
        ]
        if height >= 30 {
            lines += [
                "On purpose one message in \(DemoSky.repeatEvery) is sent twice, one in \(DemoSky.unreadableEvery)"
                    + " cannot be read.",
                "Look in:  trifid tail --brokers \(moment.brokers)",
                "          psql \"\(moment.database)\"",
            ]
        }
        return [""] + lines.map { style.dim(cut($0, columns)) } + [style.bold(cut("Ctrl-C stops everything.", columns))]
    }

    private func cut(_ text: String, _ columns: Int) -> String {
        text.count <= columns ? text : String(text.prefix(max(0, columns - 1))) + "…"
    }
}

/// The rows of the live table and of the plain lines.
struct DemoRows {
    let table: AlertTable

    /// What came out as one line.
    func line(_ row: DemoBoard.Row) -> String {
        switch row {
        case .alert(var alert, let latency):
            // Where the model is untrained, every alert has this flag; it is said once for all.
            alert.flags.removeAll { $0 == "untrained" }
            return table.line(alert, latency: latency)
        case .deadLetter(let position, let reason):
            let text = "\(position)  dead letter: \(reason)"
            guard let width = table.width, text.count > width else { return table.style.yellow(text) }
            return table.style.yellow(String(text.prefix(width - 1)) + "…")
        }
    }
}
