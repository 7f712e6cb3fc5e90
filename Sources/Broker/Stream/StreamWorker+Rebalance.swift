public import Kafka

extension StreamWorker: KafkaRebalanceDelegate {
    /// Positions are found after the poll, where a failing database can be waited for.
    public func kafkaConsumer(
        _ consumer: KafkaConsumer,
        assigned partitions: [TopicPartition]
    ) throws -> [TopicPartition: StartOffset] {
        log(
            StreamEvent(
                .info,
                "partitions assigned",
                ["partitions": partitions.sorted().map(\.description).joined(separator: " ")]
            )
        )
        mustPosition = true
        mustLookForInput = partitions.isEmpty
        return [:]
    }

    /// What was read is published before the partitions go; their next reader starts behind it.
    public func kafkaConsumer(_ consumer: KafkaConsumer, revoked partitions: [TopicPartition]) throws {
        let drained = pipeline?.drain(within: .seconds(min(30, settings.drainSeconds))) ?? true
        try? tellCommitted(consumer)
        pipeline?.stop()
        pipeline = nil
        mustPosition = true
        log(StreamEvent(.info, "partitions revoked", ["drained": String(drained)]))
    }

    /// Another worker may read the partitions already: nothing of them may be published any more.
    public func kafkaConsumer(_ consumer: KafkaConsumer, lost partitions: [TopicPartition]) throws {
        pipeline?.stop()
        pipeline = nil
        mustPosition = true
        log(StreamEvent(.warning, "partitions lost", ["partitions": String(partitions.count)]))
    }
}
