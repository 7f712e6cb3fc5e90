import CRdkafka

/// Is told, inside ``KafkaConsumer/poll(maximum:maximumBytes:wait:)`` or ``KafkaConsumer/close(within:)`` and on their
/// thread, when partitions come and go. It may call the consumer, except for `poll` and `close`.
package protocol KafkaRebalanceDelegate: AnyObject {
    /// Partitions have been assigned. Reading begins where the answer says; a partition that it does not name begins
    /// at the group's committed offset. An error leaves the consumer without partitions and is thrown by `poll`.
    func kafkaConsumer(
        _ consumer: KafkaConsumer,
        assigned partitions: [TopicPartition]
    ) throws -> [TopicPartition: StartOffset]

    /// Partitions are about to be given back: what was read of them may still be committed here, and must not be
    /// after. An error is thrown by `poll` after they have been given back.
    func kafkaConsumer(_ consumer: KafkaConsumer, revoked partitions: [TopicPartition]) throws

    /// Partitions have been lost, and may belong to another consumer already: what was read of them and not committed
    /// must be dropped.
    func kafkaConsumer(_ consumer: KafkaConsumer, lost partitions: [TopicPartition]) throws
}

/// What answers librdkafka's rebalance callback.
protocol Rebalancer: AnyObject {
    func rebalance(
        _ client: OpaquePointer,
        _ code: rd_kafka_resp_err_t,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    )
}

/// Breaks the cycle between a client's context and its consumer. Set once before the first poll, and read on the
/// polling thread only.
final class WeakRebalancer: @unchecked Sendable {
    weak var target: (any Rebalancer)?

    /// The callback, for `rd_kafka_conf_set_rebalance_cb`.
    static let callback:
        @convention(c) (
            OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
            UnsafeMutableRawPointer?
        ) -> Void = { client, code, list, _ in
            guard let client, let list else { return }
            if let target = ClientCallbacks.context(client)?.rebalancer.target {
                target.rebalance(client, code, list)
            } else {
                // The consumer is going: there must still be an answer, or the group waits for it.
                Assignment.clear(client)
            }
        }
}

/// The answers to a rebalance, eager or cooperative as the group's assignor works.
enum Assignment {
    static func isCooperative(_ client: OpaquePointer) -> Bool {
        rd_kafka_rebalance_protocol(client).map { String(cString: $0) == "COOPERATIVE" } ?? false
    }

    static func add(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>,
        to client: OpaquePointer
    ) -> KafkaError? {
        if isCooperative(client) {
            rd_kafka_incremental_assign(client, list).map { KafkaError(taking: $0, during: "take partitions") }
        } else {
            error(rd_kafka_assign(client, list), "take partitions")
        }
    }

    static func remove(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>,
        from client: OpaquePointer
    ) -> KafkaError? {
        if isCooperative(client) {
            rd_kafka_incremental_unassign(client, list).map { KafkaError(taking: $0, during: "give back partitions") }
        } else {
            error(rd_kafka_assign(client, nil), "give back partitions")
        }
    }

    static func clear(_ client: OpaquePointer) { _ = rd_kafka_assign(client, nil) }

    private static func error(_ code: rd_kafka_resp_err_t, _ operation: String) -> KafkaError? {
        code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code, during: operation)
    }
}
