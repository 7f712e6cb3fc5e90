/// Reads all partitions of some topics from their start or their end, beside any group: it shares with nobody and commits
/// nothing. A topic that does not exist yet is looked for again with every second of polling.
package final class TopicFollower {
    private let consumer: KafkaConsumer
    private let admin: KafkaAdmin
    private let topics: [String]
    private let fromStart: Bool
    private let clock = ContinuousClock()
    private var known: [TopicPartition: StartOffset] = [:]
    private var nextLook: ContinuousClock.Instant
    private var hasLooked = false
    /// How often topics that are known are looked for again.
    private let interval: Duration
    /// Topics that do not exist, not yet or not any more.
    package private(set) var missing: [String] = []
    /// How long a partition's leader may take to answer at the first look.
    private static let leaderLimit = Duration.seconds(15)

    /// A follower of some topics.
    ///
    /// Each partition's leader is asked once, so that one that cannot be reached is an error here; a consumer would wait
    /// for it without a word.
    ///
    /// - Parameters:
    ///   - group: the group's name as the brokers' access rules see it; it is never joined.
    ///   - interval: how often topics that are known are looked for again; those that are not, each second.
    package init(
        _ settings: KafkaSettings,
        topics: [String],
        group: String,
        fromStart: Bool,
        interval: Duration = .seconds(30),
        log: @escaping KafkaLog = { _ in }
    ) throws {
        consumer = try KafkaConsumer(settings, group: group, log: log)
        admin = try KafkaAdmin(settings, log: log)
        self.topics = topics
        self.fromStart = fromStart
        self.interval = interval
        nextLook = clock.now
        try look()
    }

    /// Waits for a message, then takes what else is there without waiting.
    package func poll(maximum: Int, wait: Duration) throws -> MessageBatch {
        if clock.now >= nextLook { try look() }
        return try consumer.poll(maximum: maximum, wait: wait)
    }

    /// Ends reading.
    package func close() {
        consumer.close(within: .seconds(2))
    }

    /// Takes up partitions that are new, from their start: what came before the first look is skipped where that is
    /// asked for, what came since is not. A topic that is gone is forgotten, so that one made anew is read from its start.
    private func look() throws {
        defer { hasLooked = true }
        var found = known
        missing = []
        for topic in topics {
            let partitions = try partitions(of: topic)
            if partitions.isEmpty {
                missing.append(topic)
                found = found.filter { $0.key.topic != topic }
            }
            for partition in partitions where found[partition] == nil {
                found[partition] = .beginning
                guard !hasLooked else { continue }
                let end = try admin.watermarks(partition, within: Self.leaderLimit).upperBound
                if !fromStart { found[partition] = .offset(end) }
            }
        }
        if found.count != known.count {
            let positions = try consumer.positions().filter { found[$0.key] != nil }
            known = found
            try consumer.assign(found.merging(positions.mapValues { .offset($0) }) { $1 })
        }
        nextLook = clock.now + (missing.isEmpty ? interval : .seconds(1))
    }

    private func partitions(of topic: String) throws -> [TopicPartition] {
        do { return try admin.partitions(of: topic) } catch let error as KafkaError
            where [.unknownTopic, .unknownTopicOrPartition].contains(error.code)
        {
            return []
        }
    }
}
