import Service
import Testing

@testable import Settings

@Suite struct LimitsTests {
    private func load(_ yaml: String) -> ConfigurationLoader {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array(yaml.utf8), named: "t.yaml")
        loader.loadAll(file: nil, environment: [:], assignments: [])
        return loader
    }

    @Test func theDefaultsContradictNothing() {
        #expect(LimitsConsistency.problems(in: Configuration()).isEmpty)
    }

    @Test func everyLimitMayBeSecondsForATest() {
        let loader = load(
            """
            limits: {database: 2s, lock: 1s, idleTransaction: 5s, kafka: 5s, transaction: 5s, stall: 1s, claim: 1s, \
            stuck: 1s, shutdown: 5s, heartbeat: 10s}
            """
        )
        #expect(loader.problems.isEmpty)
        #expect(loader.configuration.limits.database == .seconds(2))
        #expect(loader.configuration.limits.idleTransaction == .seconds(5))
    }

    @Test func aLockIsNotWaitedForBeyondTheRequest() {
        #expect(
            load("limits: {database: 20s, lock: 20s}\n").problems.map(\.description) == [
                "t.yaml:1: limits.lock: '20s' is not below limits.database, '20s', which would cut the wait off; lower "
                    + "limits.lock or raise limits.database"
            ]
        )
        #expect(load("limits: {database: 20s, lock: 19s}\n").problems.isEmpty)
    }

    @Test(arguments: [
        ("database: 30s, lock: 1s, kafka: 5s, transaction: 5s", "limits.database", "30s", "35s"),
        ("database: 10s, lock: 1s, kafka: 30s, transaction: 5s", "limits.kafka", "30s", "35s"),
        ("database: 10s, lock: 1s, kafka: 5s, transaction: 30s", "limits.transaction", "30s", "35s"),
    ])
    func aCallThatTakesItsTimeIsNoThreadThatHangs(limits: String, key: String, value: String, least: String) {
        #expect(
            load("limits: {\(limits), heartbeat: 34999ms}\n").problems.map(\.description) == [
                "t.yaml:1: limits.heartbeat: '34999ms' is less than \(least): a call that takes all of \(key), '\(value)', "
                    + "and 5s to be cancelled would count as a thread that hangs; raise limits.heartbeat or lower \(key)"
            ]
        )
        #expect(load("limits: {\(limits), heartbeat: \(least)}\n").problems.isEmpty)
    }

    @Test func aBatchThatWaitsToFillIsNoThreadThatHangs() {
        let yaml = "batch: {wait: 40s}\nlimits: {database: 5s, lock: 1s, kafka: 5s, transaction: 5s, heartbeat: 30s}\n"
        #expect(load(yaml).problems.map(\.key) == ["limits.heartbeat"])
    }

    @Test(arguments: ["database", "kafka", "transaction", "stall", "claim"])
    func thePollingThreadIsBackBeforeTheGroupTakesItForDead(key: String) {
        #expect(
            load("limits: {\(key): 5m, heartbeat: 1h}\n").problems.map(\.description) == [
                "t.yaml:1: limits.\(key): '5m' is not below max.poll.interval.ms, 300000, after which Kafka takes a "
                    + "worker that does not poll for dead; lower it, or raise max.poll.interval.ms in kafka.properties"
            ]
        )
        #expect(
            load("kafka: {properties: {max.poll.interval.ms: 300001}}\nlimits: {\(key): 5m, heartbeat: 1h}\n").problems
                .isEmpty
        )
    }

    @Test(arguments: ["database: 0s", "lock: 0s", "stuck: 0s", "transaction: 16m"])
    func noLimitIsNoneOrOutOfRange(setting: String) {
        let problems = load("limits: {\(setting)}\n").problems
        #expect(problems.count == 1 && problems[0].description.contains("is out of range; allowed: "))
    }
}
