/// Where a message stands in an input stream. A topic that was made anew repeats offsets, so the message's own
/// timestamp is part of its position.
public struct InputPosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Kafka topic.
    public var topic: String
    /// Partition of the topic.
    public var partition: Int32
    /// Offset in the partition.
    public var offset: Int64
    /// The message's timestamp in milliseconds since 1970-01-01 UTC.
    public var timestamp: Int64

    /// A position.
    public init(topic: String, partition: Int32, offset: Int64, timestamp: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }

    /// `topic/partition@offset`, as logs and errors write it.
    public var description: String { "\(topic)/\(partition)@\(offset)" }

    /// Orders by topic, partition, offset, timestamp.
    public static func < (left: InputPosition, right: InputPosition) -> Bool {
        (left.topic, left.partition, left.offset, left.timestamp)
            < (right.topic, right.partition, right.offset, right.timestamp)
    }
}
