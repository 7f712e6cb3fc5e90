import CRdkafka
import Synchronization

/// The account of a producer's delivery reports.
final class DeliveryReports: Sendable {
    struct Account {
        var delivered = 0
        var failed = 0
        var failures: [KafkaError] = []
    }

    private let account = Mutex(Account())

    /// Failures kept in words; the rest are only counted.
    private static let failureLimit = 16

    func delivered() { account.withLock { $0.delivered += 1 } }

    func failed(_ error: KafkaError) {
        account.withLock {
            $0.failed += 1
            // What was purged was so because of another failure, or on purpose.
            guard error.code != .purged && error.code != .purgedInFlight else { return }
            if $0.failures.count < Self.failureLimit { $0.failures.append(error) }
        }
    }

    var current: Account { account.withLock { $0 } }

    func reset() { account.withLock { $0 = Account() } }

    /// The callback, for `rd_kafka_conf_set_dr_msg_cb`.
    static let callback:
        @convention(c) (OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?) -> Void = {
            client,
            message,
            _ in
            guard let message, let reports = ClientCallbacks.context(client)?.deliveries else { return }
            guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return reports.delivered() }
            let topic = message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) }
            reports.failed(KafkaError(message.pointee.err, during: "deliver a message", subject: topic))
        }
}
