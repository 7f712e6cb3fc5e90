package import Kafka
import Service

extension StreamWorker: KafkaRebalanceDelegate {
    /// Positions are found after the poll, where a failing database can be waited for.
    package func kafkaConsumer(
        _ consumer: KafkaConsumer,
        assigned partitions: [TopicPartition]
    ) throws -> [TopicPartition: StartOffset] {
        log.info(
            "partitions assigned",
            ["partitions": .text(partitions.sorted().map(\.description).joined(separator: " "))]
        )
        mustPosition = true
        mustLookForInput = partitions.isEmpty
        return [:]
    }

    /// What was read is published before the partitions go; their next reader starts behind it.
    package func kafkaConsumer(_ consumer: KafkaConsumer, revoked partitions: [TopicPartition]) throws {
        let drained = pipeline?.drain(within: min(.seconds(30), settings.limits.drain)) ?? true
        try? tellCommitted(consumer)
        pipeline?.stop()
        pipeline = nil
        mustPosition = true
        log.info("partitions revoked", ["drained": .bool(drained)])
    }

    /// Another worker may read the partitions already: nothing of them may be published any more.
    package func kafkaConsumer(_ consumer: KafkaConsumer, lost partitions: [TopicPartition]) throws {
        pipeline?.stop()
        pipeline = nil
        mustPosition = true
        log.warning("partitions lost", ["partitions": .int(partitions.count)])
    }
}
