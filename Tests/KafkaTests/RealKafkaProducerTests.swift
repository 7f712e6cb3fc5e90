import Foundation
import TestSupport
import Testing

@testable import Kafka

extension RealKafkaTests {
    /// A broker that does not know a producer yet takes any first sequence number: with several requests under way the
    /// first batch of a partition whose leader is not ready was answered as a duplicate, and lost.
    @Test func whatIsAcknowledgedOfATopicJustMadeIsThere() throws {
        let packet = [UInt8](repeating: 7, count: 60_000)
        var settings = settings
        settings.properties["linger.ms"] = "0"
        for _ in 0..<12 {
            let topic = try makeTopic("just-made", partitions: 4)
            let producer = try Producer(settings)
            for number in 0..<24 {
                try producer.produce(topic, partition: Int32(number % 4), value: packet)
                Thread.sleep(forTimeInterval: 0.001)
            }
            #expect(try producer.flush().delivered == 24)
            let there = try (0..<4).map {
                try admin.watermarks(TopicPartition(topic: topic, partition: Int32($0))).count
            }
            #expect(there == [6, 6, 6, 6])
        }
    }

    @Test func aMessageTooLargeForTheClientIsRefusedAtOnce() throws {
        let topic = try makeTopic("client-limit")
        let settings = KafkaSettings(
            brokers: settings.brokers,
            properties: ["message.max.bytes": "2000", "batch.size": "1000"]
        )
        let producer = try TransactionalProducer(settings, id: uniqueName("id"))
        try producer.initialise()
        try producer.begin()
        let error = try kafkaError {
            try producer.produce(
                topic,
                value: [UInt8](repeating: 7, count: 3000),
                headers: [KafkaHeader("name", "value")]
            )
        }
        #expect(error.code == .messageTooLarge && error.description.contains("max.message.bytes"), "\(error)")
        #expect(!error.isFatal && !error.requiresAbort)
        // The transaction is as it was.
        try producer.produce(topic, value: Array("small".utf8))
        try producer.commit()
        #expect(try consumer(topic).collect(1).map(\.text) == ["small"])
    }

    @Test func aMessageTooLargeForTheTopicMakesTheTransactionAbort() throws {
        let topic = try makeTopic("topic-limit", settings: ["max.message.bytes": "2000"])
        var generator = SystemRandomNumberGenerator()
        let incompressible = (0..<5000).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let producer = try transactionalProducer(uniqueName("id"))
        try producer.begin()
        try producer.produce(topic, value: incompressible)
        let error = try kafkaError { try producer.commit() }
        #expect(error.code == .messageTooLarge && error.requiresAbort && !error.isFatal, "\(error)")
        #expect(error.description.contains(topic))
        #expect(producer.mustAbort)
        #expect(try kafkaError { try producer.produce(topic, value: [1]) }.requiresAbort)
        try producer.abort()

        // librdkafka needs one more abort before the sequence numbers of the lost message are behind it.
        var failures: [KafkaError] = []
        while failures.count < 3 {
            do {
                try producer.begin()
                try producer.produce(topic, value: Array("small".utf8))
                try producer.commit()
                break
            } catch let error as KafkaError where error.requiresAbort {
                failures.append(error)
                try producer.abort()
            }
        }
        #expect(failures.count <= 1, "\(failures)")
        #expect(try consumer(topic).collect(1).map(\.text) == ["small"])
    }

    @Test func aMessageThatFitsByItsSizeIsTakenByClientAndTopic() throws {
        let limit = 20_000
        let topic = try makeTopic("fits", settings: ["max.message.bytes": "\(limit)"])
        let client = KafkaSettings(
            brokers: settings.brokers,
            properties: ["message.max.bytes": "\(limit)"]
        ).fitting(topicLimits: [limit, 1_000_000])
        #expect(client.messageLimit == limit && client.properties["batch.size"] == "\(limit)")
        var generator = SystemRandomNumberGenerator()
        let producer = try Producer(client)
        let (key, headers) = (Array("key".utf8), [KafkaHeader("name", "value"), KafkaHeader("null", nil)])
        let overhead = KafkaSettings.messageSize(key: key.count, value: 0, headers: headers)
        #expect(overhead < 200)
        // Many that nearly fill a batch each, and then small ones that share batches.
        for size in Array(repeating: limit - overhead, count: 5) + Array(repeating: 3000, count: 50) {
            let value = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            try producer.produce(topic, key: key, value: value, headers: headers)
        }
        let account = try producer.flush()
        #expect(account.delivered == 55 && account.failed == 0, "\(account.failures)")
        #expect(throws: KafkaError.self) {
            try producer.produce(topic, key: key, value: [UInt8](repeating: 0, count: limit), headers: headers)
        }
    }

    @Test func undeliveredMessagesAreCountedWithTheirReason() throws {
        let topic = try makeTopic("counts", settings: ["max.message.bytes": "2000"])
        var generator = SystemRandomNumberGenerator()
        let producer = try Producer(settings)
        try producer.produce(topic, value: (0..<5000).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        let bad = try producer.flush()
        #expect(bad.delivered == 0 && bad.failed == 1 && bad.pending == 0)
        #expect(bad.failures.first?.code == .messageTooLarge && bad.failures.first?.subject == topic)
        try producer.produce(topic, value: [1])
        let good = try producer.flush()
        #expect(good.delivered == 1 && good.failed == 1 && good.failures.count == 1)
    }

    @Test func missingTopicsAndPartitionsAreErrorsThatFreeHeadersOnce() throws {
        let topic = try makeTopic("partitions", partitions: 2)
        let producer = try Producer(settings)
        let headers = [KafkaHeader("name", [UInt8](repeating: 1, count: 100))]
        for _ in 0..<20 {
            for partition in [Int32(2), 1000, -7] {
                let error = try kafkaError {
                    try producer.produce(topic, partition: partition, value: [1], headers: headers)
                }
                #expect(error.code == .unknownPartition)
            }
        }
        let missing = uniqueName("missing")
        #expect(try kafkaError { try producer.produce(missing, value: [1], headers: headers) }.isUnknownTopic)
        #expect(throws: KafkaError.self) { try producer.produce("no/such name", value: [1], headers: headers) }
        try producer.produce(topic, partition: 1, value: [1], headers: headers)
        #expect(try producer.flush().delivered == 1)
    }

    @Test func aTopicDeletedMeanwhileIsAnError() throws {
        let topic = try makeTopic("deleted")
        let settings = KafkaSettings(
            brokers: settings.brokers,
            properties: ["topic.metadata.refresh.interval.ms": "500", "topic.metadata.propagation.max.ms": "1000"]
        )
        let producer = try Producer(settings)
        let headers = [KafkaHeader("name", "value")]
        try producer.produce(topic, value: [1], headers: headers)
        #expect(try producer.flush().delivered == 1)
        try admin.deleteTopics([topic])
        // Sooner or later it is refused at once; what was taken before fails by its delivery report.
        var refusal: KafkaError?
        let deadline = ContinuousClock().now + .seconds(60)
        while refusal == nil, ContinuousClock().now < deadline {
            do {
                try producer.produce(topic, value: [1], headers: headers)
                try producer.flush(within: .milliseconds(100))
            } catch let error as KafkaError {
                refusal = error
            }
        }
        #expect(refusal?.isUnknownTopic == true, "\(String(describing: refusal))")
    }

    @Test func aFullQueueMakesProduceWaitAndLosesNothing() throws {
        let topic = try makeTopic("full", partitions: 2)
        let settings = KafkaSettings(
            brokers: settings.brokers,
            properties: ["queue.buffering.max.messages": "50", "linger.ms": "0"]
        )
        let producer = try Producer(settings)
        for index in 0..<2000 {
            try producer.produce(
                topic,
                key: Array("\(index)".utf8),
                value: Array("\(index)".utf8),
                headers: [KafkaHeader("index", "\(index)")]
            )
        }
        #expect(try producer.flush().delivered == 2000)
        let transactional = try TransactionalProducer(settings, id: uniqueName("id"))
        try transactional.initialise()
        try transactional.begin()
        for index in 2000..<4000 {
            try transactional.produce(topic, value: Array("\(index)".utf8), headers: [KafkaHeader("a", "b")])
        }
        try transactional.commit()
        let received = try consumer(topic).collect(4000)
        #expect(Set(received.map(\.text)) == Set((0..<4000).map(String.init)))
        #expect(received.count == 4000)
    }

    @Test func theSameKeyGoesToThePartitionThatJavaClientsChoose() throws {
        let topic = try makeTopic("keys", partitions: 4)
        let producer = try Producer(settings)
        // org.apache.kafka.common.utils.Utils.murmur2 of these keys, its sign bit cleared, modulo 4.
        let keys = ["ZTF18abcdefg", "ZTF20aaelulu", "a", "trifid"]
        for key in keys { try producer.produce(topic, key: Array(key.utf8), value: Array(key.utf8)) }
        try producer.flush()
        for message in try consumer(topic).collect(keys.count) {
            #expect(message.partition == Int32(murmur2(Array(message.text.utf8)) & 0x7fff_ffff) % 4, "\(message.text)")
        }
    }

    @Test func aLargeMessageIsReadWhole() throws {
        let topic = try makeTopic("large", settings: ["max.message.bytes": "16000000"])
        var generator = SystemRandomNumberGenerator()
        var bytes = [UInt8](repeating: 0, count: 12_000_000)
        for index in stride(from: 0, to: bytes.count, by: 3) {
            bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
        }
        let producer = try Producer(settings)
        try producer.produce(topic, value: bytes)
        #expect(try producer.flush().delivered == 1)
        #expect(try consumer(topic).collect(1).first?.value == bytes)
    }
}

/// MurmurHash2 with the seed of Kafka's Java client, in plain words.
private func murmur2(_ data: [UInt8]) -> UInt32 {
    let m: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(data.count)
    var index = 0
    while index + 4 <= data.count {
        var k = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[index + $1]) << UInt32(8 * $1) }
        k = k &* m
        k ^= k >> 24
        k = k &* m
        hash = (hash &* m) ^ k
        index += 4
    }
    let rest = data[index...]
    if !rest.isEmpty {
        for (place, byte) in rest.enumerated() { hash ^= UInt32(byte) << UInt32(8 * place) }
        hash = hash &* m
    }
    hash ^= hash >> 13
    hash = hash &* m
    return hash ^ hash >> 15
}
