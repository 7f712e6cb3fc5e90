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
        #expect(reader.lag(behind: [partition: 500], allIsDone: true) == [partition: 0])
        #expect(reader.lag(behind: [partition: 480], allIsDone: false) == [partition: 20])
        #expect(reader.lag(behind: [:], allIsDone: true).isEmpty)
    }

    @Test func aPollStopsAtItsBytes() throws {
        let topic = try makeTopic("bytes")
        let texts = (0..<20).map { String(repeating: "x", count: 990) + String(1_000_000_000 + $0) }
        try send(texts, to: topic)
        let reader = try consumer(topic)
        var received: [String] = []
        var largest = 0
        let deadline = ContinuousClock().now + .seconds(60)
        while received.count < texts.count, ContinuousClock().now < deadline {
            let batch = try reader.poll(maximum: 500, maximumBytes: 2_500, wait: .milliseconds(200))
            largest = max(largest, batch.count)
            #expect(batch.byteCount <= 3_000)
            received += batch.map { Received($0).text }
        }
        #expect(received == texts)
        #expect(largest == 3)
    }

    @Test func aTrailingMarkerIsNoLag() throws {
        let topic = try makeTopic("marker")
        let producer = try transactionalProducer(uniqueName("marker"))
        try producer.begin()
        for text in ["a", "b"] { try producer.produce(topic, partition: 0, value: Array(text.utf8)) }
        try producer.commit()
        var settings = settings
        settings.properties["enable.partition.eof"] = "true"
        let reader = try KafkaConsumer(settings, group: uniqueName("group"))
        try reader.subscribe([topic])
        _ = try reader.collect(2)
        let partition = TopicPartition(topic: topic, partition: 0)
        try reader.poll(until: "the end of the partition") {
            reader.lag(behind: [partition: 2], allIsDone: true) == [partition: 0]
        }
        // While something that was polled is not done, the marker behind it counts too.
        #expect(reader.lag(behind: [partition: 1], allIsDone: false) == [partition: 2])
        try reader.seek([partition: 0])
        #expect(reader.lag(behind: [partition: 0], allIsDone: true) == [partition: 3])
    }

    @Test func aMemberWithoutPartitionsKnowsThatItIsOne() throws {
        let (topic, group) = (try makeTopic("spare"), uniqueName("group"))
        let first = try consumer(topic, group: group)
        #expect(!first.isMember)
        try first.poll(until: "the first member") { first.isMember }
        #expect(first.assignment.count == 1)
        let second = try consumer(topic, group: group)
        try second.poll(until: "both members") {
            _ = try? first.poll(maximum: 10, wait: .milliseconds(50))
            return second.isMember && first.assignment.count + second.assignment.count == 1
        }
        #expect(first.isMember)
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
