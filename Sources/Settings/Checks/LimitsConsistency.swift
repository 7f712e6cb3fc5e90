/// Bounds on time that contradict each other.
enum LimitsConsistency {
    private static let keys = ConfigurationKeys.table.limits

    static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        lockProblems(in: configuration) + heartbeatProblems(in: configuration)
    }

    /// A wait for a lock that the request's own limit cuts off ends without saying that it was one.
    private static func lockProblems(in configuration: Configuration) -> [ConfigurationProblem] {
        let database = configuration[keys.database]
        guard configuration[keys.lock] >= database else { return [] }
        return [
            configuration.problem(
                keys.lock,
                "is not below limits.database, '\(database.yamlText)', which would cut the wait off",
                suggestion: "lower limits.lock or raise limits.database"
            )
        ]
    }

    /// What a call takes at the most beyond its limit: a database that was told to cancel has so long to say so.
    private static let margin = 5000

    /// A thread does not beat within a call, and one that waits for an answer does not hang.
    private static func heartbeatProblems(in configuration: Configuration) -> [ConfigurationProblem] {
        let calls = [keys.database, keys.kafka, keys.transaction, ConfigurationKeys.table.batch.wait]
        guard let longest = calls.max(by: { configuration[$0] < configuration[$1] }) else { return [] }
        let limit = configuration[longest]
        let least = TimeSpan(milliseconds: limit.milliseconds + margin)
        guard configuration[keys.heartbeat] < least else { return [] }
        return [
            configuration.problem(
                keys.heartbeat,
                "is less than \(least.yamlText): a call that takes all of \(longest.path), '\(limit.yamlText)', and 5s to "
                    + "be cancelled would count as a thread that hangs",
                suggestion: "raise limits.heartbeat or lower \(longest.path)"
            )
        ]
    }

    /// Milliseconds without a poll after which librdkafka leaves the group, where nobody sets them.
    private static let defaultPollInterval = 300_000

    /// The polling thread makes these calls itself. For properties that librdkafka takes.
    static func pollProblems(in configuration: Configuration) -> [ConfigurationProblem] {
        let name = "max.poll.interval.ms"
        let interval = configuration.kafka.properties[name].flatMap { Int($0) } ?? defaultPollInterval
        return [keys.database, keys.kafka, keys.transaction, keys.stall, keys.claim]
            .filter { configuration[$0].milliseconds >= interval }
            .map { key in
                configuration.problem(
                    key,
                    "is not below \(name), \(interval), after which Kafka takes a worker that does not poll for dead",
                    suggestion: "lower it, or raise \(name) in kafka.properties"
                )
            }
    }
}
