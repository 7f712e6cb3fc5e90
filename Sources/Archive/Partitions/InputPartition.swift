/// A partition of an input topic.
package struct InputPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Input topic.
    package var topic: String
    /// Partition of the topic.
    package var number: Int32

    /// A partition of a topic.
    package init(topic: String, number: Int32) {
        self.topic = topic
        self.number = number
    }

    /// `topic/partition`, as logs and errors write it.
    package var description: String { "\(topic)/\(number)" }

    /// Orders by topic, then number.
    package static func < (left: InputPartition, right: InputPartition) -> Bool {
        (left.topic, left.number) < (right.topic, right.number)
    }
}
