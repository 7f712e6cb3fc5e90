import CRdkafka

/// Sends messages without transactions: idempotent, so that none is doubled or reordered by a retry within one
/// producer's life. For one thread at a time.
package final class Producer: @unchecked Sendable {
    private let handle: KafkaHandle
    private let sender: MessageSender
    private let clock = ContinuousClock()
    private var produced = 0

    /// What has become of the messages.
    package struct Account: Sendable {
        /// Acknowledged by all in-sync replicas.
        package var delivered = 0
        /// Given up.
        package var failed = 0
        /// Neither yet.
        package var pending = 0
        /// Why messages were given up: the first few.
        package var failures: [KafkaError] = []
    }

    /// A producer.
    package init(_ settings: KafkaSettings, log: @escaping KafkaLog = { _ in }) throws {
        handle = try KafkaHandle(RD_KAFKA_PRODUCER, try settings.producer(), context: ClientContext(log: log)) {
            rd_kafka_conf_set_dr_msg_cb($0, DeliveryReports.callback)
        }
        sender = MessageSender(handle: handle)
    }

    /// Queues a message, whose bytes are copied; ``flush(within:)`` and ``account`` tell what has become of it.
    ///
    /// Without a partition the key chooses it (as Java clients would), or chance where there is no key; without a
    /// timestamp it is now. A nil value is a tombstone. Waits up to `limit` while the queue is full.
    package func produce(
        _ topic: String,
        partition: Int32? = nil,
        key: UnsafeRawBufferPointer? = nil,
        value: UnsafeRawBufferPointer?,
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil,
        within limit: Duration = .seconds(60)
    ) throws {
        let list = HeaderList(headers)
        var deadline: ContinuousClock.Instant?
        while let error = try sender.enqueue(topic, partition, key, value, list, timestamp) {
            guard error.code == .queueFull else {
                try handle.throwIfFatal()
                throw error
            }
            let end = deadline ?? clock.now + limit
            deadline = end
            guard clock.now < end else {
                throw handle.context.error(RD_KAFKA_RESP_ERR__TIMED_OUT, during: "produce a message", subject: topic)
            }
            // Delivery reports make room.
            rd_kafka_poll(handle.client, 50)
        }
        produced += 1
        rd_kafka_poll(handle.client, 0)
    }

    /// Queues a message from arrays; otherwise as the other `produce`.
    package func produce(
        _ topic: String,
        partition: Int32? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) throws {
        try withOptionalBytes(key) { key in
            try withOptionalBytes(value) { value in
                try produce(
                    topic,
                    partition: partition,
                    key: key,
                    value: value,
                    headers: headers,
                    timestamp: timestamp
                )
            }
        }
    }

    /// Waits until all messages have been delivered or given up, at most `limit`.
    ///
    /// - Returns: what has become of the messages since the beginning; `pending` is 0 unless the time ran out.
    /// - Throws: a fatal error.
    @discardableResult
    package func flush(within limit: Duration = .seconds(60)) throws -> Account {
        let code = rd_kafka_flush(handle.client, limit.milliseconds)
        try handle.throwIfFatal()
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__TIMED_OUT else {
            throw KafkaError(code, during: "flush messages")
        }
        return account
    }

    /// What has become of the messages since the beginning.
    package var account: Account {
        let reports = handle.context.deliveries.current
        return Account(
            delivered: reports.delivered,
            failed: reports.failed,
            pending: max(0, produced - reports.delivered - reports.failed),
            failures: reports.failures
        )
    }
}
