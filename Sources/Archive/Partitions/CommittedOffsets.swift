/// Offsets of one partition that Kafka is known to have committed for the group.
package struct CommittedOffsets: Hashable, Sendable {
    /// Input topic.
    package var topic: String
    /// Partition of the topic.
    package var partition: Int32
    /// The first offset of a batch; nil where only Kafka's own committed offset is known (at an assignment): then
    /// everything counts that was read since the last offset known before it.
    package var first: Int64?
    /// The offset after the last: what Kafka calls the committed offset.
    package var next: Int64

    /// Offsets from `first` to just before `next`.
    package init(topic: String, partition: Int32, first: Int64? = nil, next: Int64) {
        self.topic = topic
        self.partition = partition
        self.first = first
        self.next = next
    }
}
