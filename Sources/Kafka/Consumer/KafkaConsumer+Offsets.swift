import CRdkafka

extension KafkaConsumer {
    /// How long the calls below wait for the broker's answer.
    package static let defaultLimit = Duration.seconds(30)

    /// The group's committed offsets; a partition without one is left out. Waits for transactions that are about to
    /// commit offsets of these partitions.
    package func committed(
        _ partitions: some Collection<TopicPartition>,
        within limit: Duration = defaultLimit
    ) throws -> [TopicPartition: Int64] {
        let operation = "read committed offsets"
        let list = PartitionList(partitions)
        let code = rd_kafka_committed(handle.client, list.pointer, limit.milliseconds)
        try check(code, operation)
        return try list.offsets(during: operation)
    }

    /// For each assigned partition of which a message has been polled, the offset after the last one.
    package func positions() throws -> [TopicPartition: Int64] {
        let list = PartitionList(assignment)
        try check(rd_kafka_position(handle.client, list.pointer), "read positions")
        return try list.offsets(during: "read positions")
    }

    /// Reads these assigned partitions from these offsets on, dropping what was fetched ahead.
    package func seek(_ offsets: [TopicPartition: Int64], within limit: Duration = defaultLimit) throws {
        let list = PartitionList(offsets)
        // Before 2.1 the timeout was taken as microseconds.
        let unit: Int32 = KafkaLibrary.isOlder(than: 2, 1, 0) ? 1000 : 1
        let (timeout, overflow) = limit.milliseconds.multipliedReportingOverflow(by: unit)
        if let error = rd_kafka_seek_partitions(handle.client, list.pointer, overflow ? Int32.max : timeout) {
            throw KafkaError(taking: error, during: "seek", subject: group)
        }
        try list.check(during: "seek")
        for partition in offsets.keys { ends[partition] = nil }
    }

    /// Stops the delivery of these partitions; polling must go on.
    package func pause(_ partitions: some Collection<TopicPartition>) throws {
        let list = PartitionList(partitions)
        try check(rd_kafka_pause_partitions(handle.client, list.pointer), "pause")
        try list.check(during: "pause")
    }

    /// Goes on with these partitions where they were paused.
    package func resume(_ partitions: some Collection<TopicPartition>) throws {
        let list = PartitionList(partitions)
        try check(rd_kafka_resume_partitions(handle.client, list.pointer), "resume")
        try list.check(during: "resume")
    }

    /// Commits offsets outside any transaction and waits for the answer. An offset is that of the next message to
    /// read. A commit that times out may still take place.
    package func commit(_ offsets: [TopicPartition: Int64], within limit: Duration = defaultLimit) throws {
        guard !offsets.isEmpty else { return }
        let operation = "commit offsets"
        guard let answers = rd_kafka_queue_new(handle.client) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, during: operation, subject: group)
        }
        defer { rd_kafka_queue_destroy(answers) }
        // The plain call waits for a coordinator without a bound.
        let list = PartitionList(offsets)
        try check(rd_kafka_commit_queue(handle.client, list.pointer, answers, nil, nil), operation)
        guard let answer = rd_kafka_queue_poll(answers, limit.milliseconds) else {
            throw handle.context.error(RD_KAFKA_RESP_ERR__TIMED_OUT, during: operation, subject: group)
        }
        defer { rd_kafka_event_destroy(answer) }
        try check(rd_kafka_event_error(answer), operation)
        guard let committed = rd_kafka_event_topic_partition_list(answer) else { return }
        for element in committed.elements { try check(element.err, operation) }
    }

    /// The offsets that the partition holds: from its first message to after its last one that is readable
    /// (transactions still open end it). Asks the broker.
    package func watermarks(
        _ partition: TopicPartition,
        within limit: Duration = defaultLimit
    ) throws -> Range<Int64> {
        try handle.watermarks(partition, within: limit)
    }

    /// For each assigned partition how many offsets lie between what is done and the end, as the last fetch has told:
    /// no request is made, and a partition that was not fetched yet is left out.
    ///
    /// Transaction markers count, but not where they are all that is left: with `enable.partition.eof`, a partition has
    /// no lag when it has been polled to its end and all that was polled is done.
    ///
    /// - Parameters:
    ///   - done: for each partition the offset after the last message that is done; one without is left out.
    ///   - allIsDone: whether every message that was polled is done.
    package func lag(behind done: [TopicPartition: Int64], allIsDone: Bool) -> [TopicPartition: Int64] {
        var lag: [TopicPartition: Int64] = [:]
        for partition in assignment {
            var (low, high) = (Int64(-1), Int64(-1))
            let code = rd_kafka_get_watermark_offsets(
                handle.client,
                partition.topic,
                partition.partition,
                &low,
                &high
            )
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0, let reached = done[partition] else { continue }
            let isAtEnd = allIsDone && ends[partition, default: -1] >= reached
            lag[partition] = isAtEnd ? 0 : max(0, high - reached)
        }
        return lag
    }

    /// The group's metadata of this moment, for a transaction that carries this consumer's offsets. Take it anew for
    /// each transaction: it names the generation, by which Kafka fences members of an older one.
    package func groupMetadata() throws -> ConsumerGroupMetadata {
        guard let pointer = rd_kafka_consumer_group_metadata(handle.client) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, during: "read the group's metadata", subject: group)
        }
        return ConsumerGroupMetadata(taking: pointer)
    }

    private func check(_ code: rd_kafka_resp_err_t, _ operation: String) throws {
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw handle.context.error(code, during: operation, subject: group)
        }
    }
}

/// A consumer's group, generation and member id, as a transaction needs them.
package final class ConsumerGroupMetadata: @unchecked Sendable {
    // Unchecked: librdkafka never changes it.
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) { self.pointer = pointer }

    deinit { rd_kafka_consumer_group_metadata_destroy(pointer) }
}
