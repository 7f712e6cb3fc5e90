public import Ground

/// Whether a stream adds up, position by position.
public struct AuditReport: Hashable, Sendable {
    /// A position that does not add up.
    public struct Position: Hashable, Sendable {
        /// Input topic.
        public var topic: String
        /// Its partition.
        public var partition: Int32
        /// The offset.
        public var offset: Int64
        /// What does not add up.
        public var reason: String
    }

    /// The account of one input partition.
    public struct Partition: Hashable, Sendable {
        /// Input topic.
        public var topic: String
        /// Its number.
        public var partition: Int32
        /// First offset that the audit covers.
        public var first: Int64 = 0
        /// The group's committed offset.
        public var committed: Int64 = 0
        /// Messages that input and output both still hold.
        public var consumed: Int64 = 0
        /// Of them, annotated alerts that went out.
        public var annotated: Int64 = 0
        /// Of them, further messages of an alert that went out from another position.
        public var duplicates: Int64 = 0
        /// Of them, dead letters that went out.
        public var deadLetters: Int64 = 0
        /// Of the duplicates, those for which only the ledger speaks.
        public var unproved: Int64 = 0
        /// Offsets that input or output no longer holds.
        public var beyondRetention: Int64 = 0
    }

    /// The accounts of the partitions.
    public private(set) var partitions: [Partition] = []
    /// Annotated alerts whose id was known with another time.
    public internal(set) var conflicting: Int64 = 0
    /// Positions for which nothing went out, or the ledger and the topics disagree.
    public internal(set) var missing: [Position] = []
    /// Positions that went out more often than they should.
    public internal(set) var extra: [Position] = []
    /// Positions that do not add up, those beyond the listed ones included.
    public private(set) var openPositions: Int64 = 0

    /// Messages that input and output both still hold.
    public var consumed: Int64 { partitions.reduce(0) { $0 + $1.consumed } }
    /// Annotated alerts that went out.
    public var annotated: Int64 { partitions.reduce(0) { $0 + $1.annotated } }
    /// Further messages of alerts that went out.
    public var duplicates: Int64 { partitions.reduce(0) { $0 + $1.duplicates } }
    /// Dead letters that went out.
    public var deadLetters: Int64 { partitions.reduce(0) { $0 + $1.deadLetters } }
    /// Duplicates for which only the ledger speaks.
    public var unproved: Int64 { partitions.reduce(0) { $0 + $1.unproved } }
    /// Offsets that input or output no longer holds.
    public var beyondRetention: Int64 { partitions.reduce(0) { $0 + $1.beyondRetention } }

    /// Whether everything adds up: consumed = annotated + duplicates + dead letters, nothing missing, nothing extra.
    public var isClosed: Bool {
        missing.isEmpty && extra.isEmpty && consumed == annotated + duplicates + deadLetters
    }

    mutating func add(_ partition: Partition) {
        partitions.append(partition)
    }

    mutating func list(missing position: Position, upTo limit: Int) {
        openPositions += 1
        if missing.count < limit { missing.append(position) }
    }

    mutating func list(extra position: Position, upTo limit: Int) {
        openPositions += 1
        if extra.count < limit { extra.append(position) }
    }
}

extension AuditReport {
    /// Appends the report as one JSON object.
    public func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("closed", isClosed)
            $0.member("consumed", Int(consumed))
            $0.member("annotated", Int(annotated))
            $0.member("duplicates", Int(duplicates))
            $0.member("deadLetters", Int(deadLetters))
            $0.member("conflicting", Int(conflicting))
            $0.member("beyondRetention", Int(beyondRetention))
            $0.member("unproved", Int(unproved))
            for (name, positions) in [("missing", missing), ("extra", extra)] {
                $0.array(name) { for position in positions { position.appendJSON(to: &$0) } }
            }
            $0.array("partitions") { for partition in partitions { partition.appendJSON(to: &$0) } }
        }
    }
}

extension AuditReport.Position {
    fileprivate func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("topic", topic)
            $0.member("partition", Int(partition))
            $0.member("offset", Int(offset))
            $0.member("reason", reason)
        }
    }
}

extension AuditReport.Partition {
    fileprivate func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("topic", topic)
            $0.member("partition", Int(partition))
            $0.member("first", Int(first))
            $0.member("committed", Int(committed))
            $0.member("consumed", Int(consumed))
            $0.member("annotated", Int(annotated))
            $0.member("duplicates", Int(duplicates))
            $0.member("deadLetters", Int(deadLetters))
            $0.member("unproved", Int(unproved))
            $0.member("beyondRetention", Int(beyondRetention))
        }
    }
}
