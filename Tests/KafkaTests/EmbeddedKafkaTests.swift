import Testing

@testable import Kafka

/// The embedded Kafka, and what it can provoke that a real one does not on command.
@Suite struct EmbeddedKafkaTests {
    let kafka: EmbeddedKafka
    let settings: KafkaSettings

    init() throws {
        kafka = try EmbeddedKafka(topics: ["input": 2, "output": 1])
        settings = KafkaSettings(brokers: kafka.brokers, properties: KafkaSettings.embeddedProperties)
    }

    func producer(patience: Duration = .seconds(30)) throws -> TransactionalProducer {
        let producer = try TransactionalProducer(settings, id: "id", patience: patience)
        try producer.initialise()
        return producer
    }

    func send(_ texts: [String], to topic: String) throws {
        let producer = try Producer(settings)
        for text in texts { try producer.produce(topic, value: Array(text.utf8)) }
        #expect(try producer.flush().delivered == texts.count)
    }

    func group(_ topic: String) throws -> (KafkaConsumer, [Received]) {
        let reader = try KafkaConsumer(settings, group: "group")
        try reader.subscribe([topic])
        return (reader, try reader.collect(1))
    }

    @Test func itListensForAnyClientAndHasTheTopics() throws {
        #expect(kafka.brokers.hasPrefix("127.0.0.1:"))
        let admin = try KafkaAdmin(settings)
        #expect(!(try admin.clusterID()).isEmpty)
        let topics = try admin.topics()
        #expect(topics.map(\.name) == ["input", "output"] && topics.map(\.partitionCount) == [2, 1])
        try kafka.createTopic("later", partitions: 3)
        #expect(try admin.partitions(of: "later").count == 3)
    }

    @Test func aGroupReadsAndItsPlainCommitIsKept() throws {
        try send(["a"], to: "input")
        let (reader, received) = try group("input")
        #expect(received.map(\.text) == ["a"])
        let offsets = try reader.positions()
        try reader.commit(offsets)
        #expect(try reader.committed(offsets.keys) == offsets)
        let admin = try KafkaAdmin(settings)
        #expect(try admin.committedOffsets(group: "group", Array(offsets.keys)) == offsets)
    }

    @Test func aTransactionWithOffsetsCommits() throws {
        try send(["a"], to: "input")
        let (reader, _) = try group("input")
        let producer = try producer()
        try producer.begin()
        try producer.produce("output", value: Array("b".utf8))
        try producer.sendOffsets(try reader.positions(), group: reader.groupMetadata())
        try producer.commit()
        let admin = try KafkaAdmin(settings)
        #expect(try admin.watermarks(TopicPartition(topic: "output", partition: 0)).upperBound >= 1)
    }

    static let coordinatorTrouble: [KafkaError.Code] = [
        .init(rawValue: 16), .init(rawValue: 15), .init(rawValue: 14),
    ]

    @Test(arguments: coordinatorTrouble) func aCommitSurvivesTroubleWithItsCoordinator(code: KafkaError.Code) throws {
        let producer = try producer()
        try producer.begin()
        try producer.produce("output", value: [1])
        kafka.inject([code, code], into: .endTransaction)
        try producer.commit()
        try producer.begin()
        try producer.abort()
    }

    // ILLEGAL_GENERATION and UNKNOWN_MEMBER_ID of the protocol.
    @Test(arguments: [KafkaError.Code(rawValue: 22), KafkaError.Code(rawValue: 25)])
    func offsetsOfAnOldGenerationMakeTheTransactionAbort(code: KafkaError.Code) throws {
        try send(["a"], to: "input")
        let (reader, _) = try group("input")
        let producer = try producer()
        try producer.begin()
        try producer.produce("output", value: [1])
        kafka.inject([code], into: .transactionalOffsetCommit)
        let error = try kafkaError {
            try producer.sendOffsets(try reader.positions(), group: reader.groupMetadata())
        }
        #expect(error.requiresAbort && !error.isFatal && !error.isOutcomeUnknown, "\(error)")
        #expect(producer.mustAbort && !producer.hasEnded)
        #expect(try kafkaError { try producer.commit() }.requiresAbort)
        try producer.abort()

        try producer.begin()
        try producer.produce("output", value: [1])
        try producer.sendOffsets(try reader.positions(), group: reader.groupMetadata())
        try producer.commit()
    }

    @Test(arguments: [KafkaError.Code.invalidProducerEpoch, .producerFenced])
    func aProducerThatIsFencedAtTheCommitHasEnded(code: KafkaError.Code) throws {
        let producer = try producer()
        try producer.begin()
        try producer.produce("output", value: [1])
        kafka.inject([code], into: .endTransaction)
        let error = try kafkaError { try producer.commit() }
        #expect(error.isFatal && error.isOutcomeUnknown && !error.requiresAbort, "\(error)")
        #expect(producer.hasEnded)
        // A new instance goes on.
        let successor = try self.producer()
        try successor.begin()
        try successor.produce("output", value: [1])
        try successor.commit()
    }

    @Test func aCommitWithoutAnAnswerIsUnknown() throws {
        let producer = try producer(patience: .seconds(2))
        try producer.begin()
        try producer.produce("output", value: [1])
        kafka.setRoundTrip(.seconds(60))
        let error = try kafkaError { try producer.commit() }
        #expect(error.isOutcomeUnknown && error.isFatal && !error.isRetriable, "\(error)")
        #expect(producer.hasEnded)
        kafka.setRoundTrip(.zero)
        let successor = try self.producer()
        try successor.begin()
        try successor.abort()
    }

    @Test func aForbiddenTransactionalIDIsSaid() throws {
        kafka.inject([.transactionalIDForbidden], into: .initProducerID)
        let producer = try TransactionalProducer(settings, id: "id", patience: .seconds(30))
        let error = try kafkaError { try producer.initialise() }
        #expect(error.code == .transactionalIDForbidden && error.isFatal, "\(error)")
        #expect(error.description.contains("Grant the principal Write"))
    }

    @Test func aMessageThatTheBrokerRefusesMakesTheTransactionAbort() throws {
        let producer = try producer()
        try producer.begin()
        kafka.inject([.topicForbidden], into: .produce)
        try producer.produce("output", value: [1])
        let error = try kafkaError { try producer.commit() }
        #expect(error.requiresAbort && error.code == .topicForbidden, "\(error)")
        #expect(error.description.contains("output"))
        try producer.abort()
    }

    @Test func troubleThatPassesIsNotSeen() throws {
        kafka.inject([.init(rawValue: 6), .init(rawValue: 7), .init(rawValue: 19)], into: .produce)
        try send(["a", "b"], to: "output")
        let producer = try producer()
        try producer.begin()
        kafka.inject([.init(rawValue: 51)], into: .addPartitions)
        try producer.produce("output", value: [1])
        try producer.commit()
    }

    @Test func aBrokerThatComesBackIsUsedAgain() throws {
        let producer = try Producer(settings)
        try producer.produce("output", value: [1])
        #expect(try producer.flush().delivered == 1)
        kafka.setBroker(isDown: true)
        try producer.produce("output", value: [2])
        let waiting = try producer.flush(within: .milliseconds(300))
        #expect(waiting.delivered == 1 && waiting.pending == 1 && waiting.failed == 0)
        kafka.setBroker(isDown: false)
        #expect(try producer.flush().delivered == 2)
    }
}
