import Ground
import Testing

@testable import Service

@Suite struct HealthTests {
    @Test func aLoopThatStandsStillIsNotLive() {
        let health = Health()
        let heartbeat = health.heartbeat("poll", limit: .seconds(3600))
        heartbeat.beat()
        #expect(health.livenessProblems().isEmpty)
        _ = health.heartbeat("stuck", limit: .milliseconds(-1))
        #expect(health.livenessProblems().map(\.check) == ["stuck"])
    }

    @Test func aLoopThatRestsIsLiveUntilItBeatsAgain() {
        let health = Health()
        let heartbeat = health.heartbeat("join", limit: .milliseconds(-1))
        heartbeat.rest()
        #expect(health.livenessProblems().isEmpty)
        heartbeat.beat()
        #expect(health.livenessProblems().map(\.reason) == ["no progress for 0 s"])
    }

    @Test func aProcessThatStopsIsNotReady() {
        let health = Health()
        health.set(.running)
        #expect(health.readinessProblems().isEmpty)
        health.set(.stopping)
        #expect(health.readinessProblems().map(\.check) == ["phase"])
    }

    @Test func statusHoldsAllSections() {
        let health = Health()
        health.addStatus("model") { ["name": "m"] }
        health.addReadinessCheck("kafka") { "away" }
        let text = health.status().line
        #expect(text.contains("\"phase\":\"starting\""))
        #expect(text.contains("\"model\":{\"name\":\"m\"}"))
        #expect(text.contains("{\"check\":\"kafka\",\"reason\":\"away\"}"))
    }
}
