import Ground
import Sky
import Testing

@testable import Broker
@testable import Service

@Suite struct StreamMonitorTests {
    /// A sum over the outcomes is what was consumed: nothing else stands under that name.
    @Test func everyMessageCountsUnderOneOutcome() {
        let statistics = StreamStatistics()
        statistics.update {
            $0.outcomes = OutcomeCounts(annotated: 3, duplicates: 2, deadLetters: 1, restricted: 4)
            ($0.replays, $0.conflicting, $0.republished) = (7, 1, 5)
        }
        let metrics = MetricsRegistry()
        StreamMonitor(statistics, limits: StreamLimits()).installMetrics(metrics)
        let lines = String(decoding: metrics.exposition(), as: UTF8.self).split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("trifid_messages_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.count == 4 && counts.reduce(0, +) == 10)
        for line in [
            "trifid_replayed_messages_total 7", "trifid_conflicting_alerts_total 1",
            "trifid_republished_alerts_total 5",
        ] { #expect(lines.contains(line[...])) }
    }

    @Test func aThreadThatDoesNotBeatIsNamedAndOneThatRestsIsNot() throws {
        let process = try ServiceProcess(
            log: Logger("test", to: LogSink.lines(level: .error) { _, _ in }),
            listen: nil,
            shutdown: .seconds(1),
            environment: [:],
            watchesSignals: false
        )
        defer { process.ended() }
        var limits = StreamLimits()
        limits.heartbeat = .milliseconds(-1)
        let heartbeats = StreamMonitor(StreamStatistics(), limits: limits).install(in: process)
        func complaints() -> [String] { process.health.livenessProblems().map(\.check) }
        #expect(complaints().isEmpty)
        let all = [
            heartbeats.poll, heartbeats.decode, heartbeats.decide, heartbeats.answer, heartbeats.store,
            heartbeats.publish,
        ]
        for heartbeat in all { heartbeat.beat() }
        #expect(complaints() == ["poll", "decode", "decide", "answer", "store", "publish"])
        for heartbeat in all where heartbeat !== heartbeats.decide { heartbeat.rest() }
        #expect(complaints() == ["decide"])
    }

    @Test func theAgeOfTheLastCommitDoesNotAskTheTimeOfDay() throws {
        let statistics = StreamStatistics()
        let metrics = MetricsRegistry()
        StreamMonitor(statistics, limits: StreamLimits()).installMetrics(metrics)
        func age() -> Double? {
            String(decoding: metrics.exposition(), as: UTF8.self).split(separator: "\n")
                .first { $0.hasPrefix("trifid_last_commit_age_seconds ") }
                .flatMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        }
        // Committed while the clock stood hours ahead.
        statistics.update {
            ($0.lastCommit, $0.committedAt) = (WallClock.microseconds + 7_200_000_000, SteadyClock.seconds - 5)
        }
        #expect(try #require(age()) >= 5)
    }
}
