import TestSupport
import Testing

@testable import Kafka

extension RealKafkaTests {
    @Test func theClusterHasAnID() throws {
        let id = try admin.clusterID()
        #expect(!id.isEmpty)
        #expect(try KafkaAdmin(settings).clusterID() == id)
        #expect(!(try admin.brokers()).isEmpty)
    }

    @Test func topicsAreMadeListedAndDeleted() throws {
        let name = uniqueName("made")
        #expect(try kafkaError { _ = try admin.partitions(of: name) }.isUnknownTopic)
        let topic = NewTopic(name, partitions: 3, settings: ["max.message.bytes": "2000000"])
        #expect(try admin.createTopics([topic]) == [name])
        #expect(try admin.createTopics([topic]).isEmpty)
        #expect(try admin.partitions(of: name).map(\.partition) == [0, 1, 2])
        #expect(try admin.topics().contains(TopicDescription(name: name, partitionCount: 3)))
        #expect(try admin.messageLimit(ofTopic: name) == 2_000_000)
        #expect(try admin.settings(ofTopic: name)["retention.ms"] != nil)
        #expect(try admin.settings(ofBroker: try #require(try admin.brokers().first))["message.max.bytes"] != nil)
        #expect(try admin.deleteTopics([name]) == [name])
        #expect(try admin.deleteTopics([name]).isEmpty)
        #expect(try kafkaError { _ = try admin.settings(ofTopic: uniqueName("never")) }.isUnknownTopic)
    }

    @Test(arguments: [
        NewTopic("a topic", partitions: 1), NewTopic("", partitions: 1), NewTopic("x", partitions: 0),
        NewTopic("x", partitions: 1, settings: ["no.such": "1"]), NewTopic("x", partitions: 1, replication: 99),
    ])
    func aTopicThatCannotBeMadeIsAnError(topic: NewTopic) throws {
        let error = try kafkaError { try admin.createTopics([topic]) }
        #expect(!error.isUnreachable, "\(error)")
    }

    @Test func watermarksAndTimesFindOffsets() throws {
        let topic = try makeTopic("times")
        let partition = TopicPartition(topic: topic, partition: 0)
        #expect(try admin.watermarks(partition) == 0..<0)
        let producer = try Producer(settings)
        for time in [1000, 2000, 3000] as [Int64] {
            try producer.produce(topic, value: [1], timestamp: 1_700_000_000_000 + time)
        }
        try producer.flush()
        #expect(try admin.watermarks(partition) == 0..<3)
        let wanted = [(0, 0), (1000, 0), (1001, 1), (3000, 2)] as [(Int64, Int64)]
        for (time, offset) in wanted {
            #expect(try admin.offsets(forTimes: [partition: 1_700_000_000_000 + time]) == [partition: offset])
        }
        #expect(try admin.offsets(forTimes: [partition: 1_700_000_003_001]).isEmpty)
        let missing = TopicPartition(topic: topic, partition: 7)
        #expect(throws: KafkaError.self) { try admin.watermarks(missing, within: .seconds(5)) }
    }

    @Test func anOpenTransactionEndsWhatIsReadable() throws {
        let topic = try makeTopic("open")
        let partition = TopicPartition(topic: topic, partition: 0)
        try send(["a"], to: topic)
        let producer = try transactionalProducer(uniqueName("id"))
        try producer.begin()
        try producer.produce(topic, value: [1])
        let deadline = ContinuousClock().now + .seconds(30)
        while producer.pendingCount > 0, ContinuousClock().now < deadline { _ = producer.pendingCount }
        #expect(try admin.watermarks(partition) == 0..<1)
        try producer.commit()
        // Two messages and the transaction's marker, which follows the commit's answer.
        while try admin.watermarks(partition) != 0..<3, ContinuousClock().now < deadline {}
        #expect(try admin.watermarks(partition) == 0..<3)
    }
}
