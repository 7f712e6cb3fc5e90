package import Ground
package import Kafka
package import Sky

/// Whether a stream adds up, position by position.
package struct AuditReport: Hashable, Sendable {
    /// A position that does not add up.
    package struct Position: Hashable, Sendable {
        /// Partition of an input topic.
        package var partition: TopicPartition
        /// The offset.
        package var offset: Int64
        /// What does not add up.
        package var reason: String

        init(_ partition: TopicPartition, offset: Int64, _ reason: String) {
            self.partition = partition
            self.offset = offset
            self.reason = reason
        }
    }

    /// The account of one input partition.
    package struct Partition: Hashable, Sendable {
        /// Partition of an input topic.
        package let partition: TopicPartition
        /// First offset that the audit covers.
        package var first: Int64 = 0
        /// The group's committed offset.
        package var committed: Int64 = 0
        /// What became of the messages that input and output both still hold.
        package var outcomes = OutcomeCounts()
        /// Messages for which nothing went out, or not all that the ledger says.
        package var unsettled: Int64 = 0
        /// Of the duplicates, those for which only the ledger speaks.
        package var unproved: Int64 = 0
        /// Offsets that input or output no longer holds.
        package var beyondRetention: Int64 = 0

        /// Messages that input and output both still hold.
        package var consumed: Int64 { outcomes.consumed + unsettled }

        init(_ partition: TopicPartition) {
            self.partition = partition
        }

        mutating func count(_ outcome: MessageOutcome, isRestricted: Bool = false) {
            if isRestricted { return outcomes.restricted += 1 }
            switch outcome {
            case .annotated: outcomes.annotated += 1
            case .duplicate: outcomes.duplicates += 1
            case .deadLetter: outcomes.deadLetters += 1
            }
        }
    }

    /// The accounts of the partitions.
    package private(set) var partitions: [Partition] = []
    /// Annotated alerts whose id was known with another time.
    package internal(set) var conflicting: Int64 = 0
    /// Positions for which nothing went out, or the ledger and the topics disagree.
    package internal(set) var missing: [Position] = []
    /// Positions that went out more often than they should.
    package internal(set) var extra: [Position] = []
    /// Alerts of a sample that were compared: libavro's reading with ours, the datum byte by byte with what is stored, and
    /// what is appended with what the input message gives.
    package internal(set) var compared = 0
    /// Positions whose output is not what is stored, or is read otherwise by libavro.
    package internal(set) var differing: [Position] = []

    /// Messages that input and output both still hold.
    package var consumed: Int64 { partitions.reduce(0) { $0 + $1.consumed } }
    /// What became of them.
    package var outcomes: OutcomeCounts { partitions.reduce(into: OutcomeCounts()) { $0 += $1.outcomes } }
    /// Duplicates for which only the ledger speaks.
    package var unproved: Int64 { partitions.reduce(0) { $0 + $1.unproved } }
    /// Offsets that input or output no longer holds.
    package var beyondRetention: Int64 { partitions.reduce(0) { $0 + $1.beyondRetention } }

    /// Whether everything adds up: consumed = annotated + duplicates + dead letters + restricted, nothing missing, nothing
    /// extra, and what went out is what is stored.
    package var isClosed: Bool {
        missing.isEmpty && extra.isEmpty && differing.isEmpty && consumed == outcomes.consumed
    }

    mutating func add(_ partition: Partition) {
        partitions.append(partition)
    }

    mutating func list(missing position: Position, upTo limit: Int) {
        if missing.count < limit { missing.append(position) }
    }

    mutating func list(extra position: Position, upTo limit: Int) {
        if extra.count < limit { extra.append(position) }
    }
}

extension AuditReport {
    /// Appends the report as one JSON object.
    package func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("closed", isClosed)
            $0.member("consumed", Int(consumed))
            outcomes.appendMembers(to: &$0)
            $0.member("conflicting", Int(conflicting))
            $0.member("beyondRetention", Int(beyondRetention))
            $0.member("unproved", Int(unproved))
            $0.member("compared", compared)
            for (name, positions) in [("missing", missing), ("extra", extra), ("differing", differing)] {
                $0.array(name) { for position in positions { position.appendJSON(to: &$0) } }
            }
            $0.array("partitions") { for partition in partitions { partition.appendJSON(to: &$0) } }
        }
    }
}

extension OutcomeCounts {
    fileprivate func appendMembers(to json: inout JSONText) {
        json.member("annotated", Int(annotated))
        json.member("duplicates", Int(duplicates))
        json.member("deadLetters", Int(deadLetters))
        json.member("private", Int(restricted))
    }
}

extension AuditReport.Position {
    fileprivate func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("topic", partition.topic)
            $0.member("partition", Int(partition.partition))
            $0.member("offset", Int(offset))
            $0.member("reason", reason)
        }
    }
}

extension AuditReport.Partition {
    fileprivate func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("topic", partition.topic)
            $0.member("partition", Int(partition.partition))
            $0.member("first", Int(first))
            $0.member("committed", Int(committed))
            $0.member("consumed", Int(consumed))
            outcomes.appendMembers(to: &$0)
            $0.member("unproved", Int(unproved))
            $0.member("beyondRetention", Int(beyondRetention))
        }
    }
}
