import Broker
import Foundation
import Ground
import Service
import Sky

/// A demonstration in front of somebody: tells of the start, shows the table or plain lines, closes the audit and says
/// what to do next.
struct DemoSession {
    private let demo: Demo
    private let style = TerminalStyle(for: STDOUT_FILENO)
    private let window: LiveWindow?
    private static let frame = Duration.milliseconds(250)

    init(_ demo: Demo) {
        self.demo = demo
        window = LiveWindow.isPossible && !demo.options.json ? LiveWindow() : nil
    }

    /// Runs to the end.
    func run() throws -> ExitStatus {
        tell("demonstration in \(demo.folder.path), " + (demo.folder.isKept ? "which stays" : "removed at the end"))
        try demo.start(tell: tell)
        try waitForFirstAlert()
        try show()
        if !demo.options.json { StandardError.print("stopping: what is on its way comes out, the audit is closed") }
        let audit = try demo.finish()
        let report = DemoReport(demo, audit)
        if demo.options.json {
            StandardOutput.print(report.json)
        } else {
            for line in report.lines(style) { StandardOutput.print(line) }
        }
        return audit.isClosed ? .done : .incomplete
    }

    private func tell(_ step: String) {
        StandardError.print(String(format: "%5.1f s  ", demo.elapsed) + step)
    }

    private func tellAnnouncements() {
        for text in demo.board.takeAnnouncements() { tell(text) }
    }

    private func waitForFirstAlert() throws {
        while demo.board.firstAlert == nil, !demo.isFed, !demo.stop.wait(for: .milliseconds(20)) {
            try demo.check()
            tellAnnouncements()
        }
        tellAnnouncements()
        if demo.board.firstAlert != nil { tell("the first annotated alert is out") }
    }

    private func show() throws {
        guard let window else { return try showLines() }
        // At the signal itself, so that a second one, which ends the process at once, leaves the terminal in order.
        demo.stop.onStop { window.close() }
        if !demo.stop.isRequested { window.open() }
        defer { window.close() }
        var screen = DemoScreen(style: style, model: demo.modelLine)
        var meter = RateMeter()
        while !isOver {
            try demo.check()
            screen.take(demo.board.takeRows())
            let size = window.size
            window.draw(screen.lines(moment(&meter), columns: size.columns, rows: size.rows))
            demo.stop.wait(for: Self.frame)
        }
    }

    /// Where nobody sits in front of a terminal: an alert a second and an account every few seconds.
    private func showLines() throws {
        let rows = DemoRows(table: AlertTable(style: style, dimsUndecided: false))
        if !demo.options.json { StandardOutput.print(rows.table.heading) }
        var meter = RateMeter()
        var turns = 0
        while !isOver {
            try demo.check()
            if turns % 4 == 0, !demo.options.json {
                if let row = demo.board.takeRows().last { StandardOutput.print(rows.line(row)) }
                let moment = moment(&meter)
                if turns % 20 == 16 {
                    StandardOutput.print(
                        String(format: "%@  rate %.0f a second, lag %d; ", moment.clock, moment.rate, moment.lag)
                            + "\(moment.ledger), open \(moment.open)"
                    )
                }
                try StandardOutput.flush()
            }
            turns += 1
            demo.stop.wait(for: Self.frame)
        }
    }

    /// The feed has ended and what it sent has come out; or somebody wants it to stop.
    private var isOver: Bool {
        // Whoever has closed the terminal or the pipe wants no more.
        guard !demo.stop.isRequested, !StandardOutput.isBroken else { return true }
        return demo.isFed && demo.openCount == 0
    }

    private func moment(_ meter: inout RateMeter) -> DemoMoment {
        let counts = demo.counts
        let feed = demo.feed?.status ?? SkyFeed.Status()
        let snapshot = demo.statistics.snapshot
        let elapsed = demo.elapsed
        let latencies = demo.board.latencies
        return DemoMoment(
            elapsed: elapsed,
            feed: feed,
            counts: counts,
            open: demo.openCount,
            faults: demo.board.audit.faultCount,
            rate: meter.rate(Int(counts.consumed), at: elapsed),
            lag: max(0, feed.sent - Int(snapshot.consumed)),
            latency: latencies.quantile(0.5).flatMap { median in
                latencies.quantile(0.99).map { (median, $0) }
            },
            trouble: snapshot.trouble,
            brokers: demo.brokers,
            database: demo.databaseURL
        )
    }
}
