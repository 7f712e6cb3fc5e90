package import Sky

/// A topic that was made anew: a message stands where the ledger knows another one that Kafka had committed.
package struct RecreatedTopic: Hashable, Sendable {
    /// Where the new message stands: the first such in its partition.
    package var position: InputPosition
    /// The timestamp of the message that stood there before (milliseconds since 1970).
    package var formerTimestamp: Int64
}

/// What the database has decided about the rows of a batch. It stands there, whatever becomes of this value: an `.annotate`
/// that is never stored is owed, and comes again as `.annotate` with all that it came with here.
package struct DecidedBatch: Sendable {
    /// What is to be done with each row, in the order of the rows.
    package internal(set) var outcomes: [Outcome]
    /// Topics that were made anew: to be said loudly. Their old committed offsets are void where new messages stand.
    package internal(set) var recreated: [RecreatedTopic] = []
    /// The batch's offsets, a range for each partition: to be told when Kafka has committed them.
    package let offsets: [CommittedOffsets]

    let rows: [IncomingRow]
    /// Checksum of the model that answers.
    let model: String
    /// What the answer of each row to be annotated depends on.
    var grounds: [Int: Decision.Ground] = [:]

    init(rows: [IncomingRow], model: String) {
        (self.rows, self.model) = (rows, model)
        outcomes = Array(repeating: .replay, count: rows.count)
        offsets = Self.offsets(of: rows)
    }

    private static func offsets(of rows: [IncomingRow]) -> [CommittedOffsets] {
        var ranges: [InputPartition: (first: Int64, next: Int64)] = [:]
        for row in rows {
            let partition = InputPartition(topic: row.position.topic, number: row.position.partition)
            let offset = row.position.offset
            let range = ranges[partition] ?? (offset, offset + 1)
            ranges[partition] = (min(range.first, offset), max(range.next, offset + 1))
        }
        return ranges.sorted { $0.key < $1.key }.map { partition, range in
            CommittedOffsets(
                topic: partition.topic,
                partition: partition.number,
                first: range.first,
                next: range.next
            )
        }
    }
}
