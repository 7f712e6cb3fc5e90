import CRdkafka

/// A member of a consumer group, for one thread at a time: it blocks, and calls its delegate on the thread that polls.
/// Only ``wake()`` may be called from another thread meanwhile.
///
/// Nothing is committed unless ``commit(_:)`` is called or the offsets are sent with a transaction
/// (``TransactionalProducer/sendOffsets(_:group:)``).
package final class KafkaConsumer: @unchecked Sendable {
    /// The consumer group.
    package let group: String
    /// Is told about rebalances.
    package weak var delegate: (any KafkaRebalanceDelegate)?
    /// The partitions assigned now.
    package private(set) var assignment: Set<TopicPartition> = []

    /// Whether the group has taken it in and given it its share, which may be no partition at all.
    package private(set) var isMember = false

    let handle: KafkaHandle
    /// Where assigned partitions ended when all of them had been polled (only with `enable.partition.eof`).
    var ends: [TopicPartition: Int64] = [:]
    private let queue: OpaquePointer
    private var isClosed = false

    // What a rebalance leaves behind for the poll inside which it happens.
    private var revokedDuringPoll: Set<TopicPartition> = []
    private var errorDuringPoll: (any Error)?

    /// A consumer that is not subscribed yet.
    ///
    /// - Parameters:
    ///   - group: the consumer group.
    ///   - instance: `group.instance.id`: with it a member that restarts within `session.timeout.ms` gets its
    ///     partitions back without a rebalance, and `close` keeps them for it. Must be unique in the group.
    ///   - log: takes librdkafka's log.
    package init(
        _ settings: KafkaSettings,
        group: String,
        instance: String? = nil,
        log: @escaping KafkaLog = { _ in }
    ) throws {
        let properties = try settings.consumer(group: group, instance: instance)
        handle = try KafkaHandle(RD_KAFKA_CONSUMER, properties, context: ClientContext(log: log)) {
            rd_kafka_conf_set_rebalance_cb($0, WeakRebalancer.callback)
        }
        // Errors and logs come out of the same queue as messages.
        rd_kafka_poll_set_consumer(handle.client)
        guard let queue = rd_kafka_queue_get_consumer(handle.client) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, during: "make a consumer", subject: group)
        }
        self.queue = queue
        self.group = group
        handle.context.rebalancer.target = self
    }

    deinit {
        if !isClosed { _ = close(within: .seconds(5)) }
        rd_kafka_queue_destroy(queue)
    }

    /// Reads these topics; a name that begins with `^` is an extended regular expression that stands for all topics,
    /// also later ones, that it matches.
    package func subscribe(_ topics: [String]) throws {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        let code = rd_kafka_subscribe(handle.client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = code == RD_KAFKA_RESP_ERR__INVALID_ARG ? "a topic or pattern is empty or malformed" : nil
            throw KafkaError(code, reason, during: "subscribe", subject: topics.joined(separator: ", "))
        }
    }

    /// Reads these partitions from these offsets on, without joining the group: for readers that commit nothing and
    /// share with nobody, as an audit. Not together with ``subscribe(_:)``.
    package func assign(_ starts: [TopicPartition: StartOffset]) throws {
        let list = PartitionList(starts.mapValues(\.rawOffset))
        let code = rd_kafka_assign(handle.client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, during: "assign partitions") }
        assignment = Set(starts.keys)
    }

    /// Waits for a message, then takes what else is there without waiting.
    ///
    /// It returns without messages when none has come within `wait`, on ``wake()``, and where there is only an event
    /// to tell of. Messages that had been taken when their partition was revoked are not returned: they were not
    /// processed, and the partition's next reader gets them.
    ///
    /// - Parameter maximumBytes: takes no further message once those taken have so many bytes (keys and values); the
    ///   last one may go beyond.
    /// - Throws: a fatal `KafkaError`, or what the delegate has thrown. The consumer must then be closed: messages taken
    ///   in that poll are gone, and the next reader of their partitions gets them.
    package func poll(maximum: Int, maximumBytes: Int = .max, wait: Duration) throws -> MessageBatch {
        var taken = TakenMessages()
        var patience = wait.milliseconds
        while taken.count < maximum, taken.byteCount < maximumBytes {
            // One message a call: librdkafka's batch call would wait until the batch is full, and before 2.2 it skips
            // messages around a pause. A call costs less than a microsecond.
            let message = rd_kafka_consumer_poll(handle.client, patience)
            patience = 0
            if !revokedDuringPoll.isEmpty {
                taken.drop(revokedDuringPoll)
                revokedDuringPoll.removeAll()
            }
            guard let message else { break }
            taken.add(message)
        }
        for error in handle.context.takeErrors() where !error.isFatal { taken.events.append(.clientError(error)) }
        for case .partitionEnd(let partition, let offset) in taken.events where assignment.contains(partition) {
            ends[partition] = offset
        }
        let batch = taken.batch(handle: handle)
        if let error = errorDuringPoll {
            errorDuringPoll = nil
            throw error
        }
        if batch.isEmpty { try handle.throwIfFatal() }
        return batch
    }

    /// Makes a `poll` that waits, or the next one that would, return. May be called from any thread.
    package func wake() { rd_kafka_queue_yield(queue) }

    /// Leaves the group (unless it is a static member), after a last call of the delegate for the partitions it holds;
    /// what that throws is logged.
    ///
    /// - Returns: whether it left within the time allowed; if not, the group drops it after `session.timeout.ms`.
    @discardableResult
    package func close(within limit: Duration = .seconds(10)) -> Bool {
        guard !isClosed else { return true }
        isClosed = true
        if let error = rd_kafka_consumer_close_queue(handle.client, queue) {
            rd_kafka_error_destroy(error)
            return false
        }
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while rd_kafka_consumer_closed(handle.client) == 0 {
            guard clock.now < deadline else { return false }
            if let message = rd_kafka_consumer_poll(handle.client, 50) { rd_kafka_message_destroy(message) }
        }
        assignment.removeAll()
        if let error = errorDuringPoll {
            handle.context.log(KafkaLogLine(level: .error, facility: "CLOSE", message: "\(error)"))
        }
        return true
    }
}

extension KafkaConsumer: Rebalancer {
    func rebalance(
        _ client: OpaquePointer,
        _ code: rd_kafka_resp_err_t,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
        let partitions = list.partitions
        do {
            switch code {
            case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
                try assign(partitions, client, list)
            case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
                try revoke(partitions, client, list)
            default:
                Assignment.clear(client)
                forget(assignment)
                isMember = false
                throw KafkaError(code, during: "rebalance", subject: group)
            }
        } catch {
            errorDuringPoll = errorDuringPoll ?? error
        }
    }

    private func assign(
        _ partitions: [TopicPartition],
        _ client: OpaquePointer,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) throws {
        do {
            let starts = try delegate?.kafkaConsumer(self, assigned: partitions) ?? [:]
            for (index, partition) in partitions.enumerated() {
                list.pointee.elems[index].offset = (starts[partition] ?? .committed).rawOffset
            }
        } catch {
            Assignment.clear(client)
            forget(assignment)
            throw error
        }
        if let error = Assignment.add(list, to: client) { throw error }
        assignment.formUnion(partitions)
        isMember = true
    }

    private func revoke(
        _ partitions: [TopicPartition],
        _ client: OpaquePointer,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) throws {
        let isLost = rd_kafka_assignment_lost(client) != 0
        let outcome = Result {
            if isLost {
                try delegate?.kafkaConsumer(self, lost: partitions)
            } else {
                try delegate?.kafkaConsumer(self, revoked: partitions)
            }
        }
        let error = Assignment.remove(list, from: client)
        forget(Set(partitions))
        if isLost { isMember = false }
        try outcome.get()
        if let error { throw error }
    }

    private func forget(_ partitions: Set<TopicPartition>) {
        revokedDuringPoll.formUnion(partitions)
        assignment.subtract(partitions)
        for partition in partitions { ends[partition] = nil }
    }
}

/// Messages on the way into a batch.
private struct TakenMessages {
    private var entries: [MessageBatch.Entry] = []
    private var topics: [String] = []
    private var topicIndices: [OpaquePointer: Int32] = [:]
    private var latest: (topic: OpaquePointer, index: Int32)?
    var events: [ConsumerEvent] = []

    var count: Int { entries.count }
    /// The sum of the messages' key and value sizes.
    private(set) var byteCount = 0

    mutating func add(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let topic = message.pointee.rkt else {
            events.append(event(message))
            return rd_kafka_message_destroy(message)
        }
        entries.append(MessageBatch.Entry(pointer: message, topic: index(of: topic)))
        byteCount += message.pointee.len + message.pointee.key_len
    }

    /// Names are looked up by topic handle, which stays valid as long as a message of this batch points to it.
    private mutating func index(of topic: OpaquePointer) -> Int32 {
        if let latest, latest.topic == topic { return latest.index }
        let index =
            topicIndices[topic]
            ?? {
                topics.append(String(cString: rd_kafka_topic_name(topic)))
                return Int32(topics.count - 1)
            }()
        topicIndices[topic] = index
        latest = (topic, index)
        return index
    }

    private func event(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> ConsumerEvent {
        let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
        guard let topic = message.pointee.rkt else {
            return .clientError(KafkaError(message.pointee.err, reason, during: "consume"))
        }
        let partition = TopicPartition(
            topic: String(cString: rd_kafka_topic_name(topic)),
            partition: message.pointee.partition
        )
        guard message.pointee.err != RD_KAFKA_RESP_ERR__PARTITION_EOF else {
            return .partitionEnd(partition, offset: message.pointee.offset)
        }
        let error = KafkaError(message.pointee.err, reason, during: "consume", subject: partition.description)
        return .partitionError(partition, error)
    }

    mutating func drop(_ partitions: Set<TopicPartition>) {
        entries.removeAll { entry in
            let partition = TopicPartition(
                topic: topics[Int(entry.topic)],
                partition: entry.pointer.pointee.partition
            )
            guard partitions.contains(partition) else { return false }
            byteCount -= entry.pointer.pointee.len + entry.pointer.pointee.key_len
            rd_kafka_message_destroy(entry.pointer)
            return true
        }
    }

    /// The batch takes over the messages.
    func batch(handle: KafkaHandle) -> MessageBatch {
        MessageBatch(handle: handle, entries: entries, topics: topics, events: events)
    }
}
