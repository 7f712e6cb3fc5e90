import TestSupport
import Testing

@testable import Kafka

extension RealKafkaTests {
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

    @Test func watermarksEndAtAnOpenTransactionUnlessItIsToBeSeen() throws {
        let topic = try makeTopic("open")
        let partition = TopicPartition(topic: topic, partition: 0)
        let producer = try transactionalProducer(uniqueName("id"))
        let everything = try KafkaAdmin(settings, seesUncommitted: true)
        try producer.begin()
        try producer.produce(topic, partition: 0, value: Array("open".utf8))
        let deadline = ContinuousClock().now + .seconds(60)
        while try everything.watermarks(partition) == 0..<0, ContinuousClock().now < deadline {}
        #expect(try everything.watermarks(partition) == 0..<1)
        #expect(try admin.watermarks(partition) == 0..<0)
        try producer.commit()
        while try admin.watermarks(partition).upperBound < 2, ContinuousClock().now < deadline {}
        #expect(try admin.watermarks(partition) == 0..<2)
    }

    @Test func aNewerProducerOfTheSameIDFencesTheOlderOne() throws {
        let (topic, id) = (try makeTopic("fencing"), uniqueName("id"))
        let zombie = try transactionalProducer(id)
        try zombie.begin()
        try zombie.produce(topic, value: Array("zombie".utf8))
        let successor = try transactionalProducer(id)
        let error = try kafkaError {
            try zombie.produce(topic, value: Array("zombie".utf8))
            try zombie.commit()
        }
        #expect(error.isFatal && error.isFenced && !error.requiresAbort, "\(error)")
        #expect(zombie.hasEnded)
        #expect(throws: KafkaError.self) { try zombie.begin() }

        try successor.begin()
        try successor.produce(topic, value: Array("successor".utf8))
        try successor.commit()
        #expect(try consumer(topic).collect(1).map(\.text) == ["successor"])
    }

    @Test func aTransactionLeftOpenIsEndedByTheSuccessor() throws {
        let (input, output, id) = (try makeTopic("left-in"), try makeTopic("left-out"), uniqueName("id"))
        try send(["a"], to: input)
        let group = uniqueName("group")
        let reader = try consumer(input, group: group)
        _ = try reader.collect(1)
        let partition = TopicPartition(topic: input, partition: 0)
        var leaver: TransactionalProducer? = try transactionalProducer(id)
        try leaver?.begin()
        try leaver?.produce(output, value: Array("left".utf8))
        try leaver?.sendOffsets([partition: 1], group: reader.groupMetadata())
        leaver = nil

        // While it is open nobody knows: neither call makes up an answer.
        let pending = [
            { _ = try admin.committedOffsets(group: group, [partition], within: .seconds(1)) },
            { _ = try reader.committed([partition], within: .seconds(1)) },
        ]
        for call in pending { #expect(throws: KafkaError.self, performing: call) }

        let successor = try transactionalProducer(id)
        #expect(try admin.committedOffsets(group: group, [partition]).isEmpty)
        #expect(try reader.committed([partition]).isEmpty)
        try successor.begin()
        try successor.produce(output, value: Array("done".utf8))
        try successor.commit()
        #expect(try consumer(output).collect(1).map(\.text) == ["done"])
    }
}
