import Testing

@testable import Kafka

extension RealKafkaTests {
    private func follower(_ topic: String, fromStart: Bool) throws -> TopicFollower {
        try TopicFollower(
            settings,
            topics: [topic],
            group: uniqueName("follower"),
            fromStart: fromStart,
            interval: .milliseconds(200)
        )
    }

    /// Polls until a condition holds; whether it did within a minute.
    private func poll(_ follower: TopicFollower, until isDone: ([String]) -> Bool) throws -> [String] {
        let deadline = ContinuousClock().now + .seconds(60)
        var values: [String] = []
        while !isDone(values), ContinuousClock().now < deadline {
            for message in try follower.poll(maximum: 100, wait: .milliseconds(100)) {
                values.append(message.value.map { String(decoding: $0, as: UTF8.self) } ?? "")
            }
        }
        return values
    }

    @Test func aFollowerOfATopicThatComesLaterReadsItFromItsStart() throws {
        let topic = uniqueName("later")
        let follower = try follower(topic, fromStart: false)
        defer { follower.close() }
        #expect(follower.missing == [topic])
        try admin.createTopics([NewTopic(topic, partitions: 1)])
        try send(["a", "b"], to: topic)
        #expect(try poll(follower) { $0.count == 2 } == ["a", "b"])
        #expect(follower.missing.isEmpty)
        try admin.deleteTopics([topic])
    }

    @Test func aFollowerForgetsATopicThatIsGoneAndReadsOneMadeAnewFromItsStart() throws {
        let topic = try makeTopic("followed")
        try send(["before"], to: topic)
        let follower = try follower(topic, fromStart: false)
        defer { follower.close() }
        try send(["a", "b"], to: topic)
        #expect(try poll(follower) { $0.count == 2 } == ["a", "b"])
        try admin.deleteTopics([topic])
        _ = try poll(follower) { _ in follower.missing == [topic] }
        #expect(follower.missing == [topic])
        try admin.createTopics([NewTopic(topic, partitions: 1)])
        try send(["c"], to: topic)
        #expect(try poll(follower) { $0.count == 1 } == ["c"])
    }
}
