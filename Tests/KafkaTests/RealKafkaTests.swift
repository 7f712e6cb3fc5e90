import TestSupport
import Testing

@testable import Kafka

/// What only a real Kafka can prove.
@Suite(.serialized, .enabled(if: RealKafka.isAvailable, "a real Kafka is needed"))
struct RealKafkaTests {
    let settings: KafkaSettings
    let admin: KafkaAdmin

    init() throws {
        settings = KafkaSettings(brokers: try RealKafka.brokers())
        admin = try KafkaAdmin(settings)
    }

    func makeTopic(_ stem: String, partitions: Int = 1, settings: [String: String] = [:]) throws -> String {
        let name = uniqueName(stem)
        #expect(try admin.createTopics([NewTopic(name, partitions: partitions, settings: settings)]) == [name])
        return name
    }

    func consumer(_ topics: String..., group: String = uniqueName("group")) throws -> KafkaConsumer {
        let consumer = try KafkaConsumer(settings, group: group)
        try consumer.subscribe(topics)
        return consumer
    }

    func send(_ texts: [String], to topic: String, partition: Int32? = nil) throws {
        let producer = try Producer(settings)
        for text in texts { try producer.produce(topic, partition: partition, value: Array(text.utf8)) }
        let account = try producer.flush()
        #expect(account.delivered == texts.count && account.failed == 0 && account.pending == 0)
    }

    func transactionalProducer(_ id: String) throws -> TransactionalProducer {
        let producer = try TransactionalProducer(settings, id: id)
        try producer.initialise()
        return producer
    }

    @Test func aMessageComesBackAsItWasSent() throws {
        let topic = try makeTopic("round-trip", partitions: 3)
        let producer = try Producer(settings)
        let headers = [
            KafkaHeader("text", "naïve"), KafkaHeader("bytes", [0, 255]), KafkaHeader("null", nil),
            KafkaHeader("empty", [UInt8]()), KafkaHeader("text", "again"),
        ]
        try producer.produce(
            topic,
            partition: 2,
            key: [0xff, 0xfe],
            value: [1, 2, 3],
            headers: headers,
            timestamp: 1_234_567_890_123
        )
        try producer.produce(topic, partition: 2, key: nil, value: nil)
        try producer.produce(topic, partition: 2, key: [], value: [])
        #expect(try producer.flush().delivered == 3)

        let received = try consumer(topic).collect(3)
        #expect(received[0].key == [0xff, 0xfe] && received[0].value == [1, 2, 3] && received[0].headers == headers)
        #expect(received[0].timestamp == 1_234_567_890_123 && received[0].partition == 2 && received[0].offset == 0)
        #expect(received[1].key == nil && received[1].value == nil && received[1].headers.isEmpty)
        #expect(received[2].key == [] && received[2].value == [])
    }

    @Test func aCommittedTransactionIsSeenAndAnAbortedOneIsNot() throws {
        let topic = try makeTopic("transactions")
        let producer = try transactionalProducer(uniqueName("id"))
        try producer.begin()
        try producer.produce(topic, value: Array("dropped".utf8))
        try producer.abort()
        try producer.begin()
        try producer.produce(topic, value: Array("kept".utf8), headers: [KafkaHeader("a", "b")])
        #expect(producer.isInTransaction)
        try producer.commit()
        #expect(!producer.isInTransaction)

        let received = try consumer(topic).collect(1)
        #expect(received.map(\.text) == ["kept"])
    }

    @Test func offsetsGoWithTheTransaction() throws {
        let (input, output) = (try makeTopic("input"), try makeTopic("output"))
        try send(["a", "b", "c"], to: input)
        let group = uniqueName("group")
        let reader = try consumer(input, group: group)
        let batch = try reader.collect(3)
        let partition = TopicPartition(topic: input, partition: 0)
        let producer = try transactionalProducer(uniqueName("id"))

        try producer.begin()
        for message in batch { try producer.produce(output, value: message.value) }
        try producer.sendOffsets([partition: 2], group: reader.groupMetadata())
        try producer.abort()
        #expect(try admin.committedOffsets(group: group, [partition]).isEmpty)

        try producer.begin()
        try producer.sendOffsets([partition: 3], group: reader.groupMetadata())
        try producer.commit()
        #expect(try admin.committedOffsets(group: group, [partition]) == [partition: 3])
        #expect(try reader.committed([partition]) == [partition: 3])
    }
}
