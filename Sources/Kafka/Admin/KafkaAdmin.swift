import CRdkafka
import Foundation

/// Asks the cluster about topics, offsets and settings, and makes and deletes topics. For one thread at a time.
package final class KafkaAdmin: @unchecked Sendable {
    let handle: KafkaHandle

    /// How long the calls wait for an answer where nothing else is said.
    package static let defaultLimit = Duration.seconds(30)

    /// A client for administration.
    ///
    /// - Parameter seesUncommitted: ``watermarks(_:within:)`` then go up to after the last message or marker that is
    ///   written, whether its transaction has ended or not.
    package init(
        _ settings: KafkaSettings,
        seesUncommitted: Bool = false,
        log: @escaping KafkaLog = { _ in }
    ) throws {
        let properties = try settings.admin(seesUncommitted: seesUncommitted)
        handle = try KafkaHandle(RD_KAFKA_PRODUCER, properties, context: ClientContext(log: log))
    }

    /// The id of the cluster: the quickest proof that Kafka can be reached and takes the credentials.
    ///
    /// - Throws: at once where the credentials or the TLS set-up are refused; when the time is up, with the
    ///   connection's own error, where no broker answers.
    package func clusterID(within limit: Duration = defaultLimit) throws -> String {
        let operation = "reach Kafka"
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        handle.context.forgetErrors()
        while true {
            let remaining = max(.milliseconds(1), min(.milliseconds(250), deadline - clock.now))
            if let id = rd_kafka_clusterid(handle.client, remaining.milliseconds) {
                defer { rd_kafka_mem_free(handle.client, id) }
                return String(cString: id)
            }
            rd_kafka_poll(handle.client, 0)
            if let error = handle.context.latestError, error.code == .authentication || error.code == .tls {
                throw KafkaError(error.code, error.reason, during: operation)
            }
            guard clock.now < deadline else {
                throw handle.context.error(RD_KAFKA_RESP_ERR__TIMED_OUT, during: operation)
            }
        }
    }

    /// The offsets that the partition holds: from its first message to after its last one that is readable
    /// (transactions still open end it, except where `seesUncommitted`).
    package func watermarks(_ partition: TopicPartition, within limit: Duration = defaultLimit) throws -> Range<Int64> {
        try handle.watermarks(partition, within: limit)
    }

    /// For each partition the offset of the first message with this timestamp (milliseconds since 1970-01-01 UTC) or
    /// a later one; a partition without one is left out.
    package func offsets(
        forTimes times: [TopicPartition: Int64],
        within limit: Duration = defaultLimit
    ) throws -> [TopicPartition: Int64] {
        let operation = "look up offsets by time"
        let list = PartitionList(times)
        let code = rd_kafka_offsets_for_times(handle.client, list.pointer, limit.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.context.error(code, during: operation) }
        return try list.offsets(during: operation)
    }

    /// The committed offsets of a group, which need not be alive; a partition without one is left out. Waits for
    /// transactions that are about to commit offsets of these partitions.
    package func committedOffsets(
        group: String,
        _ partitions: some Collection<TopicPartition>,
        within limit: Duration = defaultLimit
    ) throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let operation = "read a group's committed offsets"
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            do {
                return try listGroupOffsets(group, partitions, max(.milliseconds(1), deadline - clock.now), operation)
            } catch let error as KafkaError
                where error.code.rawValue == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT.rawValue && clock.now < deadline
            {
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    private func listGroupOffsets(
        _ group: String,
        _ partitions: some Collection<TopicPartition>,
        _ limit: Duration,
        _ operation: String
    ) throws -> [TopicPartition: Int64] {
        let list = PartitionList(partitions)
        var request = rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer)
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let answer = try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, operation, subject: group, within: limit) {
            options,
            queue in
            if let error = rd_kafka_AdminOptions_set_require_stable_offsets(options, 1) {
                throw KafkaError(taking: error, during: operation, subject: group)
            }
            rd_kafka_ListConsumerGroupOffsets(handle.client, &request, 1, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(answer.pointer),
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count == 1
        else { return [:] }
        if let error = rd_kafka_group_result_error(groups[0]) {
            throw KafkaError(
                .init(rd_kafka_error_code(error)),
                String(cString: rd_kafka_error_string(error)),
                during: operation,
                subject: group
            )
        }
        guard let offsets = rd_kafka_group_result_partitions(groups[0]) else { return [:] }
        let copy = PartitionList(taking: rd_kafka_topic_partition_list_copy(offsets))
        return try copy.offsets(during: operation)
    }
}

/// Owns an `rd_kafka_event_t`.
final class AdminAnswer {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { rd_kafka_event_destroy(pointer) }
}

extension KafkaAdmin {
    /// Sends an admin request and waits for its answer.
    func ask(
        _ kind: rd_kafka_admin_op_t,
        _ operation: String,
        subject: String? = nil,
        within limit: Duration,
        _ send: (_ options: OpaquePointer, _ queue: OpaquePointer) throws -> Void
    ) throws -> AdminAnswer {
        guard let queue = rd_kafka_queue_new(handle.client),
            let options = rd_kafka_AdminOptions_new(handle.client, kind)
        else { throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, during: operation, subject: subject) }
        defer {
            rd_kafka_AdminOptions_destroy(options)
            rd_kafka_queue_destroy(queue)
        }
        var text = [CChar](repeating: 0, count: 256)
        rd_kafka_AdminOptions_set_request_timeout(options, limit.milliseconds, &text, text.count)
        handle.context.forgetErrors()
        try send(options, queue)
        guard let event = rd_kafka_queue_poll(queue, (limit + .seconds(1)).milliseconds) else {
            rd_kafka_poll(handle.client, 0)
            throw handle.context.error(RD_KAFKA_RESP_ERR__TIMED_OUT, during: operation, subject: subject)
        }
        let answer = AdminAnswer(event)
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_poll(handle.client, 0)
            guard code != RD_KAFKA_RESP_ERR__TIMED_OUT else {
                throw handle.context.error(code, during: operation, subject: subject)
            }
            let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
            throw KafkaError(code, reason, during: operation, subject: subject)
        }
        return answer
    }
}
