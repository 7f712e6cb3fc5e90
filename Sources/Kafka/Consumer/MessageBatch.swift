import CRdkafka

/// Messages as one poll has given them, in the order of each partition. Their bytes stay in librdkafka's buffers, where
/// they arrived, until the batch is released; one message kept keeps the whole fetched buffer that it came in.
package final class MessageBatch: @unchecked Sendable, RandomAccessCollection {
    // Unchecked: nothing is changed after the initialiser. Headers, which librdkafka parses on first use, are the
    // exception: those of one message must not be read by two threads at once.

    private let handle: KafkaHandle
    private let entries: [Entry]
    private let topics: [String]

    /// What happened besides messages, in order.
    package let events: [ConsumerEvent]

    struct Entry {
        let pointer: UnsafeMutablePointer<rd_kafka_message_t>
        let topic: Int32
    }

    init(handle: KafkaHandle, entries: [Entry], topics: [String], events: [ConsumerEvent]) {
        self.handle = handle
        self.entries = entries
        self.topics = topics
        self.events = events
    }

    deinit {
        for entry in entries { rd_kafka_message_destroy(entry.pointer) }
    }

    /// 0.
    package var startIndex: Int { 0 }
    /// The number of messages.
    package var endIndex: Int { entries.count }

    /// The message at `index`.
    package subscript(index: Int) -> KafkaMessage {
        let entry = entries[index]
        return KafkaMessage(pointer: entry.pointer, topic: topics[Int(entry.topic)], batch: self)
    }

    /// The sum of the messages' key and value sizes.
    package var byteCount: Int { entries.reduce(0) { $0 + $1.pointer.pointee.len + $1.pointer.pointee.key_len } }

    /// For each partition the offset after its last message here: what to commit when all of them are done.
    package var nextOffsets: [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for message in self { offsets[message.topicPartition] = message.offset + 1 }
        return offsets
    }
}

/// What a poll can give besides messages.
package enum ConsumerEvent: Sendable {
    /// All that the partition holds has been read, up to `offset` (only with `enable.partition.eof`).
    case partitionEnd(TopicPartition, offset: Int64)
    /// A topic or partition cannot be read, or not now: it is missing, forbidden, or a message in it is too large.
    case partitionError(TopicPartition, KafkaError)
    /// The connection or the group has trouble that librdkafka goes on to mend.
    case clientError(KafkaError)
}
