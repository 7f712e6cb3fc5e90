import Ground
import Sky
import Synchronization
import Testing

@testable import Broker
@testable import Service

@Suite struct StreamMonitorTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func log(_ lines: Lines) -> StreamLog {
        let sink = LogSink(
            level: .info,
            form: .json,
            clock: { .init(milliseconds: 0) },
            output: { bytes in lines.all.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
        )
        return StreamMonitor.log(to: Logger("run", to: sink))
    }

    @Test func eventsKeepTheirFields() {
        let lines = Lines()
        log(lines)(StreamEvent(.warning, "cannot read a partition", ["partition": "ztf:3", "error": "away"]))
        #expect(
            lines.all.withLock { $0 } == [
                #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","component":"run","#
                    + #""message":"cannot read a partition","partition":"ztf:3","error":"away"}"# + "\n"
            ]
        )
    }

    /// A sum over the outcomes is what was consumed: nothing else stands under that name.
    @Test func everyMessageCountsUnderOneOutcome() {
        let statistics = StreamStatistics()
        statistics.update {
            $0.outcomes = OutcomeCounts(annotated: 3, duplicates: 2, deadLetters: 1, restricted: 4)
            ($0.replays, $0.conflicting, $0.republished) = (7, 1, 5)
        }
        let metrics = MetricsRegistry()
        StreamMonitor(statistics).installMetrics(metrics)
        let lines = String(decoding: metrics.exposition(), as: UTF8.self).split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("trifid_messages_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.count == 4 && counts.reduce(0, +) == 10)
        for line in [
            "trifid_replayed_messages_total 7", "trifid_conflicting_alerts_total 1",
            "trifid_republished_alerts_total 5",
        ] { #expect(lines.contains(line[...])) }
    }

    @Test func eventsThatRepeatAreLimitedWhateverTheirFields() {
        let lines = Lines()
        let log = log(lines)
        for number in 0..<100 { log(StreamEvent(.warning, "the stream starts again", ["after": "\(number) s"])) }
        #expect(lines.all.withLock { $0.count } == 10)
    }
}
