import Foundation
import Testing

@testable import Kafka

/// Thrown by a test's wait that has lasted too long: the limit is far above what is ever needed.
struct WaitedTooLong: Error {
    let what: String
}

/// A name that no other test and no earlier run uses.
func uniqueName(_ stem: String) -> String {
    "\(stem)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
}

extension KafkaConsumer {
    /// Polls until there are `count` messages.
    func collect(_ count: Int, maximum: Int = 500, within limit: Duration = .seconds(60)) throws -> [Received] {
        var received: [Received] = []
        let deadline = ContinuousClock().now + limit
        while received.count < count {
            guard ContinuousClock().now < deadline else {
                throw WaitedTooLong(what: "\(count) messages, got \(received.count)")
            }
            received += try poll(maximum: maximum, wait: .milliseconds(200)).map(Received.init)
        }
        return received
    }

    /// Polls for `time`, keeping what comes.
    func collect(for time: Duration) throws -> [Received] {
        var received: [Received] = []
        let deadline = ContinuousClock().now + time
        while ContinuousClock().now < deadline {
            received += try poll(maximum: 500, wait: .milliseconds(100)).map(Received.init)
        }
        return received
    }

    /// Polls until `condition` holds, giving up the messages.
    func poll(until what: String, within limit: Duration = .seconds(60), _ condition: () -> Bool) throws {
        let deadline = ContinuousClock().now + limit
        while !condition() {
            guard ContinuousClock().now < deadline else { throw WaitedTooLong(what: what) }
            _ = try poll(maximum: 100, wait: .milliseconds(100))
        }
    }
}

/// A message, copied out of its batch.
struct Received: Equatable {
    var topic: String
    var partition: Int32
    var offset: Int64
    var timestamp: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [KafkaHeader]

    init(_ message: KafkaMessage) {
        topic = message.topic
        partition = message.partition
        offset = message.offset
        timestamp = message.timestamp
        key = message.key.map(Array.init)
        value = message.value.map(Array.init)
        headers = message.headers
    }

    var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "(null)" }
}

/// Records rebalances, and answers with given start offsets.
final class RebalanceLog: KafkaRebalanceDelegate {
    var starts: [TopicPartition: StartOffset] = [:]
    var assigned: [[TopicPartition]] = []
    var revoked: [[TopicPartition]] = []
    var lost: [[TopicPartition]] = []
    var failure: (any Error)?
    var onAssign: ((KafkaConsumer) throws -> Void)?
    var onRevoke: ((KafkaConsumer) throws -> Void)?

    func kafkaConsumer(
        _ consumer: KafkaConsumer,
        assigned partitions: [TopicPartition]
    ) throws -> [TopicPartition: StartOffset] {
        assigned.append(partitions.sorted())
        if let failure { throw failure }
        try onAssign?(consumer)
        return starts
    }

    func kafkaConsumer(_ consumer: KafkaConsumer, revoked partitions: [TopicPartition]) throws {
        revoked.append(partitions.sorted())
        try onRevoke?(consumer)
    }

    func kafkaConsumer(_ consumer: KafkaConsumer, lost partitions: [TopicPartition]) throws {
        lost.append(partitions.sorted())
    }
}

/// Calls and gives back the Kafka error that must be thrown.
func kafkaError(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) throws -> KafkaError {
    do {
        try body()
    } catch let error as KafkaError {
        return error
    }
    Issue.record("no error was thrown", sourceLocation: sourceLocation)
    throw WaitedTooLong(what: "an error")
}
