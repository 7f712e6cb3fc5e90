import CRdkafka

/// A partition of a topic.
package struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic.
    package var topic: String
    /// The partition's number, from 0.
    package var partition: Int32

    /// A partition.
    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic/partition`.
    package var description: String { "\(topic)/\(partition)" }

    /// Orders by topic, then partition.
    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// Where reading a partition begins.
package enum StartOffset: Hashable, Sendable {
    /// At the group's committed offset; where there is none, as `auto.offset.reset` says.
    case committed
    /// At the first message that the partition holds.
    case beginning
    /// After its last message.
    case end
    /// At this offset.
    case offset(Int64)

    /// librdkafka's logical or plain offset.
    var rawOffset: Int64 {
        switch self {
        case .committed: Int64(RD_KAFKA_OFFSET_STORED)
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: Int64(RD_KAFKA_OFFSET_END)
        case .offset(let offset): offset
        }
    }
}

/// Owns an `rd_kafka_topic_partition_list_t`.
final class PartitionList {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int = 8) { pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity)) }

    /// Takes over a list that librdkafka has made.
    init(taking list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) { pointer = list }

    convenience init(_ partitions: some Collection<TopicPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition) }
    }

    convenience init(_ offsets: [TopicPartition: Int64]) {
        self.init(capacity: offsets.count)
        for (partition, offset) in offsets { add(partition, offset: offset) }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    func add(_ partition: TopicPartition, offset: Int64? = nil) {
        let element = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        if let offset { element?.pointee.offset = offset }
    }

    /// The offsets that are plain ones, and the first error.
    func offsets(during operation: String) throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for element in pointer.elements {
            let partition = TopicPartition(element)
            guard element.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(element.err, during: operation, subject: partition.description)
            }
            if element.offset >= 0 { offsets[partition] = element.offset }
        }
        return offsets
    }

    /// Throws the first partition's error.
    func check(during operation: String) throws { _ = try offsets(during: operation) }
}

extension TopicPartition {
    init(_ element: rd_kafka_topic_partition_t) {
        self.init(topic: String(cString: element.topic), partition: element.partition)
    }
}

extension UnsafeMutablePointer<rd_kafka_topic_partition_list_t> {
    var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: pointee.elems, count: Int(pointee.cnt))
    }

    var partitions: [TopicPartition] { elements.map(TopicPartition.init) }
}

extension Duration {
    /// Whole milliseconds as librdkafka takes them, rounded up so that a short wait is not none.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int32.max }
        return Int32(clamping: max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
