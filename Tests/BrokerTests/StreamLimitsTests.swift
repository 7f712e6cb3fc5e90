import Archive
import Settings
import Testing

@testable import Broker

@Suite struct StreamLimitsTests {
    @Test func theDefaultsAreThoseOfTheConfiguration() {
        var defaults = StreamLimits()
        // Five seconds less than a stop.
        defaults.drain = .seconds(25)
        #expect(StreamLimits(Configuration()) == defaults)
    }

    @Test func everyLimitComesFromItsSetting() {
        var loader = ConfigurationLoader()
        let yaml = """
            limits: {shutdown: 60s, database: 9s, lock: 1s, idleTransaction: 2s, kafka: 3s, transaction: 4s, stall: 5s, \
            claim: 6s, stuck: 7s, heartbeat: 20s}
            """
        loader.load(yaml: Array(yaml.utf8), named: "t.yaml")
        let limits = StreamSettings(loader.configuration).limits
        #expect(
            limits.database
                == SessionLimits(roundTrip: .seconds(9), lock: .seconds(1), idleTransaction: .seconds(2))
        )
        let others = [limits.kafka, limits.transaction, limits.stall, limits.claim, limits.stuck, limits.drain]
        #expect(limits.heartbeat == .seconds(20))
        #expect(others == [3, 4, 5, 6, 7, 55].map { .seconds($0) })
    }
}
