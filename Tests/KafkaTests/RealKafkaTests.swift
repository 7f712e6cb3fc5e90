import Foundation
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

    @Test func aPollReturnsWhatIsThereWithoutWaitingForMore() throws {
        let topic = try makeTopic("few")
        try send(["a", "b", "c"], to: topic)
        let reader = try consumer(topic)
        let clock = ContinuousClock()
        let start = clock.now
        var texts: [String] = []
        while texts.count < 3 {
            texts += try reader.poll(maximum: 500, wait: .seconds(60)).map { Received($0).text }
        }
        // Far less than the wait, which librdkafka's batch call would have used up.
        #expect(clock.now - start < .seconds(50))
        #expect(texts == ["a", "b", "c"])
        #expect(try reader.poll(maximum: 500, wait: .zero).isEmpty)
    }

    @Test func aWakeEndsAPollThatWaits() throws {
        let reader = try consumer(try makeTopic("wake"))
        let log = RebalanceLog()
        reader.delegate = log
        try reader.poll(until: "an assignment") { !log.assigned.isEmpty }
        let clock = ContinuousClock()
        let start = clock.now
        reader.wake()
        #expect(try reader.poll(maximum: 1, wait: .seconds(120)).isEmpty)
        #expect(clock.now - start < .seconds(60))
    }

    @Test func aBatchOutlivesItsConsumer() throws {
        let topic = try makeTopic("outlive")
        try send(["a", "b"], to: topic)
        let group = uniqueName("group")
        var batches: [MessageBatch] = []
        do {
            let reader = try consumer(topic, group: group)
            while batches.reduce(0, { $0 + $1.count }) < 2 {
                batches.append(try reader.poll(maximum: 10, wait: .milliseconds(200)))
            }
            #expect(reader.close())
        }
        #expect(batches.flatMap { $0.map(Received.init) }.map(\.text) == ["a", "b"])
        let partition = TopicPartition(topic: topic, partition: 0)
        #expect(batches.last { !$0.isEmpty }?.nextOffsets == [partition: 2])
    }

    @Test func twoConsumersShareATopicAndOneTakesOverFromTheOther() throws {
        let (topic, group) = (try makeTopic("shared", partitions: 4), uniqueName("group"))
        let all = try admin.partitions(of: topic)
        let (first, firstLog) = (try consumer(topic, group: group), RebalanceLog())
        first.delegate = firstLog
        try first.poll(until: "the whole topic") { first.assignment == Set(all) }

        let (second, secondLog) = (try consumer(topic, group: group), RebalanceLog())
        second.delegate = secondLog
        try first.poll(until: "half of the topic each") {
            _ = try? second.poll(maximum: 10, wait: .milliseconds(50))
            return first.assignment.count == 2 && second.assignment.count == 2
        }
        #expect(first.assignment.union(second.assignment) == Set(all))
        // Eager: everything was given back before the new half was assigned.
        #expect(firstLog.revoked == [all] && firstLog.assigned.count == 2 && firstLog.lost.isEmpty)

        #expect(second.close())
        #expect(secondLog.revoked.flatMap { $0 }.count == 2 && second.assignment.isEmpty)
        try first.poll(until: "the whole topic again") { first.assignment == Set(all) }
    }

    @Test func everyMessageIsReadOnceWhenOffsetsAreCommittedAtRevocation() throws {
        let (topic, group) = (try makeTopic("handover", partitions: 4), uniqueName("group"))
        for partition in Int32(0)..<4 {
            try send((0..<200).map { "\(partition)-\($0)" }, to: topic, partition: partition)
        }

        var seen: [String: Int] = [:]
        func member() throws -> (KafkaConsumer, RebalanceLog) {
            let (member, log) = (try consumer(topic, group: group), RebalanceLog())
            member.delegate = log
            log.onRevoke = { try $0.commit(try $0.positions()) }
            return (member, log)
        }
        let (first, firstLog) = try member()
        let (second, secondLog) = try member()
        let deadline = ContinuousClock().now + .seconds(60)
        while seen.count < 800 || second.assignment.isEmpty {
            guard ContinuousClock().now < deadline else { throw WaitedTooLong(what: "800 messages: \(seen.count)") }
            for message in try first.poll(maximum: 7, wait: .milliseconds(10)) {
                seen[Received(message).text, default: 0] += 1
            }
            guard seen.count > 100 else { continue }
            for message in try second.poll(maximum: 7, wait: .milliseconds(10)) {
                seen[Received(message).text, default: 0] += 1
            }
        }
        #expect(seen.count == 800 && seen.values.allSatisfy { $0 == 1 })
        withExtendedLifetime((firstLog, secondLog)) {}
    }

    @Test func theDelegateSaysWhereReadingBegins() throws {
        let topic = try makeTopic("starts", partitions: 4)
        for partition in Int32(0)..<4 { try send(["a", "b", "c"], to: topic, partition: partition) }
        let (reader, log) = (try consumer(topic), RebalanceLog())
        reader.delegate = log
        let partitions = try admin.partitions(of: topic)
        log.starts = [partitions[0]: .offset(2), partitions[1]: .end, partitions[2]: .beginning]
        let received = try reader.collect(7) + reader.collect(for: .milliseconds(300))
        #expect(received.filter { $0.partition == 0 }.map(\.text) == ["c"])
        #expect(received.filter { $0.partition == 1 }.isEmpty)
        #expect(received.filter { $0.partition == 2 }.count == 3)
        // No committed offset: auto.offset.reset is earliest.
        #expect(received.filter { $0.partition == 3 }.count == 3)
    }

    @Test func theDelegateMayAskTheConsumer() throws {
        let topic = try makeTopic("asks")
        try send(["a", "b"], to: topic)
        let (reader, log) = (try consumer(topic), RebalanceLog())
        reader.delegate = log
        let partition = TopicPartition(topic: topic, partition: 0)
        var answers: (committed: [TopicPartition: Int64], marks: Range<Int64>)?
        log.onAssign = { answers = (try $0.committed([partition]), try $0.watermarks(partition)) }
        #expect(try reader.collect(2).map(\.text) == ["a", "b"])
        #expect(answers?.committed == [:] && answers?.marks == 0..<2)
    }

    @Test func whoDoesNotPollLosesItsPartitionsAndGetsThemAnew() throws {
        let topic = try makeTopic("late")
        try send(["a", "b"], to: topic)
        let slow = KafkaSettings(
            brokers: settings.brokers,
            properties: ["session.timeout.ms": "6000", "max.poll.interval.ms": "6000"]
        )
        let (reader, log) = (try KafkaConsumer(slow, group: uniqueName("group")), RebalanceLog())
        reader.delegate = log
        try reader.subscribe([topic])
        let partition = TopicPartition(topic: topic, partition: 0)
        #expect(try reader.collect(2).map(\.text) == ["a", "b"])
        var events: [ConsumerEvent] = []
        Thread.sleep(forTimeInterval: 8)
        var again: [String] = []
        let deadline = ContinuousClock().now + .seconds(60)
        while again.count < 2, ContinuousClock().now < deadline {
            let batch = try reader.poll(maximum: 10, wait: .milliseconds(200))
            events += batch.events
            again += batch.map { Received($0).text }
        }
        #expect(log.lost == [[partition]] && log.revoked.isEmpty && log.assigned == [[partition], [partition]])
        // Nothing was committed, so it reads them again.
        #expect(again == ["a", "b"])
        let codes = events.compactMap { event -> KafkaError.Code? in
            if case .clientError(let error) = event { return error.code }
            return nil
        }
        #expect(codes.contains(.pollIntervalExceeded), "\(events)")
    }

    @Test func whatTheDelegateThrowsComesOutOfThePoll() throws {
        struct Refusal: Error {}
        let (reader, log) = (try consumer(try makeTopic("refusal")), RebalanceLog())
        reader.delegate = log
        log.failure = Refusal()
        #expect(throws: Refusal.self) { try reader.poll(until: "a refusal") { false } }
        #expect(reader.assignment.isEmpty && reader.close())
    }

    @Test func aPauseLosesAndDoublesNothing() throws {
        let topic = try makeTopic("pause")
        let texts = (0..<500).map(String.init)
        try send(texts, to: topic)
        let reader = try consumer(topic)
        let partition = TopicPartition(topic: topic, partition: 0)
        var received = try reader.collect(10, maximum: 10).map(\.text)
        for size in [1, 5, 50] {
            try reader.pause([partition])
            #expect(try reader.collect(for: .milliseconds(300)).isEmpty)
            try reader.resume([partition])
            received += try reader.collect(size, maximum: size).map(\.text)
        }
        received += try reader.collect(500 - received.count).map(\.text)
        #expect(received == texts)
        #expect(reader.lag() == [partition: 0])
    }

    @Test func aSeekReadsAgain() throws {
        let topic = try makeTopic("seek")
        try send(["a", "b", "c"], to: topic)
        let reader = try consumer(topic)
        _ = try reader.collect(3)
        let partition = TopicPartition(topic: topic, partition: 0)
        #expect(try reader.positions() == [partition: 3])
        try reader.seek([partition: 1])
        #expect(try reader.collect(2).map(\.text) == ["b", "c"])
    }

    @Test func plainCommitsAreKept() throws {
        let (topic, group) = (try makeTopic("plain"), uniqueName("group"))
        try send(["a", "b", "c"], to: topic)
        let partition = TopicPartition(topic: topic, partition: 0)
        do {
            let reader = try consumer(topic, group: group)
            _ = try reader.collect(3)
            #expect(try reader.committed([partition]).isEmpty)
            try reader.commit([partition: 2])
            #expect(try reader.committed([partition]) == [partition: 2])
        }
        #expect(try consumer(topic, group: group).collect(1).map(\.text) == ["c"])
        #expect(try admin.committedOffsets(group: group, [partition]) == [partition: 2])
        #expect(try admin.committedOffsets(group: uniqueName("nobody"), [partition]).isEmpty)
    }

    @Test func aStaticMemberGetsItsPartitionsBackWithoutARebalance() throws {
        let (topic, group) = (try makeTopic("static", partitions: 2), uniqueName("group"))
        func member(_ name: String) throws -> KafkaConsumer {
            let member = try KafkaConsumer(settings, group: group, instance: name)
            try member.subscribe([topic])
            return member
        }
        let (stays, log) = (try member("a"), RebalanceLog())
        stays.delegate = log
        let leaves = try member("b")
        try stays.poll(until: "a partition each") {
            _ = try? leaves.poll(maximum: 1, wait: .milliseconds(20))
            return stays.assignment.count == 1 && leaves.assignment.count == 1
        }
        let (before, revocations) = (leaves.assignment, log.revoked.count)
        #expect(leaves.close())
        let returns = try member("b")
        try stays.poll(until: "the member's return") {
            _ = try? returns.poll(maximum: 1, wait: .milliseconds(20))
            return !returns.assignment.isEmpty
        }
        #expect(returns.assignment == before && log.revoked.count == revocations)
    }

    @Test func aPatternAlsoFindsLaterTopics() throws {
        let stem = uniqueName("night")
        let first = "\(stem)-1"
        try admin.createTopics([NewTopic(first, partitions: 1)])
        try send(["one"], to: first)
        let settings = KafkaSettings(
            brokers: settings.brokers,
            properties: ["topic.metadata.refresh.interval.ms": "1000"]
        )
        let reader = try KafkaConsumer(settings, group: uniqueName("group"))
        try reader.subscribe(["^\(stem)-[0-9]+$"])
        #expect(try reader.collect(1).map(\.text) == ["one"])
        try admin.createTopics([NewTopic("\(stem)-2", partitions: 1), NewTopic("\(stem)-x", partitions: 1)])
        try send(["two"], to: "\(stem)-2")
        try send(["no"], to: "\(stem)-x")
        // The group starts again from its (absent) offsets after the rebalance, so the first may come again.
        var texts: Set<String> = []
        while !texts.contains("two") { texts.formUnion(try reader.collect(1).map(\.text)) }
        #expect(texts.isSubset(of: ["one", "two"]))
        #expect(try admin.topics(matching: "^\(stem)-[0-9]+$").map(\.name) == [first, "\(stem)-2"])
    }

    @Test func aMissingTopicIsAnEvent() throws {
        let missing = uniqueName("missing")
        let reader = try consumer(missing)
        var found: KafkaError?
        let deadline = ContinuousClock().now + .seconds(60)
        while found == nil, ContinuousClock().now < deadline {
            for case .partitionError(let partition, let error) in try reader.poll(maximum: 9, wait: .seconds(1)).events
            {
                #expect(partition.topic == missing)
                found = error
            }
        }
        #expect(found?.isUnknownTopic == true)
        #expect(found?.description.contains("Create the topic") == true)
    }
}
