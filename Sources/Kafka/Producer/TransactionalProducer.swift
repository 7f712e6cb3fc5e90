import CRdkafka
import Foundation

/// Sends messages and consumer offsets in transactions: all become visible to `read_committed` readers, or none. For
/// one thread at a time; the calls block.
///
/// An error says what to do: `requiresAbort`: call ``abort()`` and process the batch again; `isFatal`: release this
/// producer and make a new one with the same id, which fences this one and ends its open transaction;
/// `isOutcomeUnknown` with it: whether the transaction was committed shows in the group's committed offsets, once the
/// new producer is initialised. `isRetriable` alone: nothing has changed, the call may be made again later.
package final class TransactionalProducer: @unchecked Sendable {
    /// The `transactional.id`. A newer producer with the same id fences this one.
    package let id: String

    private let handle: KafkaHandle
    private let sender: MessageSender
    private var state: TransactionState
    private let clock = ContinuousClock()

    /// A producer that is not initialised yet.
    ///
    /// - Parameters:
    ///   - id: the `transactional.id`, stable for a worker and unique among those that run.
    ///   - patience: how long one call may take, with the repetitions of what can be repeated.
    ///   - log: takes librdkafka's log.
    package init(
        _ settings: KafkaSettings,
        id: String,
        patience: Duration = .seconds(60),
        log: @escaping KafkaLog = { _ in }
    ) throws {
        let properties = try settings.transactionalProducer(id: id)
        handle = try KafkaHandle(RD_KAFKA_PRODUCER, properties, context: ClientContext(log: log)) {
            rd_kafka_conf_set_dr_msg_cb($0, DeliveryReports.callback)
        }
        sender = MessageSender(handle: handle)
        state = TransactionState(patience: patience)
        self.id = id
    }

    /// Registers the id with the coordinator: fences older producers of the same id and ends their transaction.
    package func initialise() throws {
        try perform(.initialise) { rd_kafka_init_transactions(handle.client, $0) }
    }

    /// Opens a transaction.
    package func begin() throws {
        handle.context.deliveries.reset()
        try perform(.begin) { _ in rd_kafka_begin_transaction(handle.client) }
    }

    /// Adds a message, whose bytes are copied. Without a partition the key chooses it (as Java clients would), or
    /// chance where there is no key; without a timestamp it is now. A nil value is a tombstone.
    ///
    /// Waits while the queue of messages to send is full. A message that the client does not take (too large, missing
    /// topic or partition) leaves the transaction as it was.
    package func produce(
        _ topic: String,
        partition: Int32? = nil,
        key: UnsafeRawBufferPointer? = nil,
        value: UnsafeRawBufferPointer?,
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) throws {
        try require(.produce)
        let list = HeaderList(headers)
        let start = clock.now
        while let error = try sender.enqueue(topic, partition, key, value, list, timestamp) {
            let failure: TransactionState.Failure =
                switch error.code {
                case .queueFull: .retriable
                case .fatal: .fatal
                // The transaction has failed meanwhile.
                case .wrongState: .abortable
                default: error.isFatal ? .fatal : .other
                }
            let action = state.failed(.produce, failure, elapsed: clock.now - start)
            guard case .again(let pause) = action else { throw revised(error, action) }
            // Delivery reports make room.
            rd_kafka_poll(handle.client, pause.milliseconds)
        }
        state.succeeded(.produce)
        rd_kafka_poll(handle.client, 0)
    }

    /// Adds a message from arrays; otherwise as the other `produce`.
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

    /// Adds a consumer's progress: for each partition the offset of the next message to read. Kafka refuses it when
    /// the consumer is no longer a member of the group's present generation.
    package func sendOffsets(_ offsets: [TopicPartition: Int64], group: ConsumerGroupMetadata) throws {
        let list = PartitionList(offsets)
        try perform(.sendOffsets) {
            rd_kafka_send_offsets_to_transaction(handle.client, list.pointer, group.pointer, $0)
        }
    }

    /// Waits until all messages are acknowledged, then commits.
    package func commit() throws {
        try require(.commit)
        try perform(.commit) { rd_kafka_commit_transaction(handle.client, $0) }
    }

    /// Drops the open transaction with its messages and offsets.
    package func abort() throws {
        try perform(.abort) { rd_kafka_abort_transaction(handle.client, $0) }
        handle.context.deliveries.reset()
    }

    /// Whether a transaction is open that can only be aborted.
    package var mustAbort: Bool { state.phase == .mustAbort }

    /// Whether this producer is of no use any more, and a new one must take its place.
    package var hasEnded: Bool { state.phase == .ended }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { state.phase == .open || state.phase == .mustAbort }

    /// Messages that are not acknowledged yet.
    var pendingCount: Int { Int(rd_kafka_outq_len(handle.client)) }
}

extension TransactionalProducer {
    private func require(_ call: TransactionState.Call) throws {
        try surfaceFailedDeliveries(call)
        guard !state.allows(call) else { return }
        throw KafkaError(
            .wrongState,
            "the producer is in the phase \"\(state.phase)\"",
            during: call.rawValue,
            subject: id,
            isFatal: hasEnded,
            requiresAbort: mustAbort
        )
    }

    /// A message that was refused by the broker ends its transaction at the next call, not only at the commit.
    private func surfaceFailedDeliveries(_ call: TransactionState.Call) throws {
        guard state.phase == .open, call != .abort, let failure = handle.context.deliveries.current.failures.first
        else { return }
        state.deliveryFailed()
        throw revised(failure, .abort)
    }

    /// Makes a call, again where that is called for, until it is done or hopeless.
    private func perform(_ call: TransactionState.Call, _ body: (_ timeout: Int32) -> OpaquePointer?) throws {
        try require(call)
        let start = clock.now
        while true {
            let remaining = max(.milliseconds(1), state.patience(for: call) - (clock.now - start))
            guard let failure = body(remaining.milliseconds) else { return state.succeeded(call) }
            var error = KafkaError(taking: failure, during: call.rawValue, subject: id)
            rd_kafka_poll(handle.client, 0)
            let action = state.failed(call, Self.failure(error), elapsed: clock.now - start)
            if case .again(let pause) = action {
                Thread.sleep(forTimeInterval: TimeInterval(pause.milliseconds) / 1000)
                continue
            }
            if error.code == .timedOut, let cause = handle.context.latestError, cause.isUnreachable {
                error.reason += ": \(cause.reason)"
            }
            if let delivery = handle.context.deliveries.current.failures.first, call != .abort {
                error.reason += ": \(delivery.subject ?? "a message"): \(delivery.reason)"
                error.code = delivery.code
            }
            throw revised(error, action)
        }
    }

    private static func failure(_ error: KafkaError) -> TransactionState.Failure {
        if error.isFatal { return .fatal }
        if error.requiresAbort { return .abortable }
        if error.code == .timedOut { return .timedOut }
        return error.isRetriable ? .retriable : .other
    }

    /// The error with the flags that tell the caller what to do now.
    private func revised(_ error: KafkaError, _ action: TransactionState.Action) -> KafkaError {
        var error = error
        error.isFatal = false
        error.requiresAbort = false
        error.isRetriable = false
        switch action {
        case .proceed, .again: break
        case .report: error.isRetriable = error.code == .queueFull || error.isUnreachable
        case .abort: error.requiresAbort = true
        case .recreate(let isOutcomeUnknown):
            error.isFatal = true
            error.isOutcomeUnknown = isOutcomeUnknown
        }
        return error
    }
}

/// Lends the bytes of an array that may be absent.
func withOptionalBytes<Answer>(
    _ bytes: [UInt8]?,
    _ body: (UnsafeRawBufferPointer?) throws -> Answer
) rethrows -> Answer {
    guard let bytes else { return try body(nil) }
    return try bytes.withUnsafeBytes { try body($0) }
}
