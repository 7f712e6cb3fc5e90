import Sky

/// The recount of a stream as a value without Kafka or a database: it is fed what stands in the input topics, in the
/// output topics and in the ledger, and says what does not add up.
///
/// A position costs one byte, an alert that went out what ``AlertIdentitySet`` says, and a duplicate nothing more, unless
/// its alert is not known to have gone out when the duplicate is fed: then some 70 bytes.
struct AuditBook: Sendable {
    /// What a ledger row says of a position.
    enum LedgerOutcome: Sendable {
        case annotated
        case duplicate
        case deadLetter
    }

    /// A partition of an input topic: the offsets that the audit covers.
    struct Partition: Hashable, Sendable {
        let topic: String
        let partition: Int32
    }

    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let present = Marks(rawValue: 1)
        static let annotated = Marks(rawValue: 2)
        static let deadLetter = Marks(rawValue: 4)
        static let ledgerAnnotated = Marks(rawValue: 8)
        static let ledgerDuplicate = Marks(rawValue: 16)
        static let ledgerDeadLetter = Marks(rawValue: 32)
        /// The output of the position may be older than what the output topics hold.
        static let outputExpired = Marks(rawValue: 64)
        /// The position went out more than once.
        static let repeated = Marks(rawValue: 128)
    }

    private struct Range {
        var first: Int64
        var marks: [Marks]
        var beyondRetention: Int64
        /// Outputs from the end of the marks to here belong to what was committed while the audit began.
        var committedSince: Int64

        var end: Int64 { first + Int64(marks.count) }
    }

    private var ranges: [Partition: Range] = [:]
    /// Alerts that went out, as annotated alerts or as readable dead letters.
    private var published = AlertIdentitySet()
    /// Positions that did not go out themselves and whose alert was not known to have gone out when they were fed, with
    /// that alert; nil where the message has none.
    private var unproved: [Partition: [Int64: AlertIdentitySet.Member?]] = [:]
    private var conflicting: Int64 = 0
    /// Outputs that no input position of the covered range accounts for.
    private var extra: [AuditReport.Position] = []
    /// At the most so many positions are listed by name in a report.
    private let listed: Int

    init(listed: Int = 1_000) {
        self.listed = listed
    }

    /// Covers a partition from `held.lowerBound` to the committed offset.
    ///
    /// - Parameters:
    ///   - started: where the group started to read, nil where that is not known.
    ///   - committedSince: the committed offset read again when the end of the outputs was fixed. A running stream has
    ///     published in between; those outputs are left out, and only outputs from there on are extra.
    mutating func cover(
        _ partition: Partition,
        held: Swift.Range<Int64>,
        started: Int64?,
        committed: Int64,
        committedSince: Int64
    ) {
        let first = max(held.lowerBound, started ?? held.lowerBound)
        let count = max(0, committed - first)
        let expired = max(0, min(committed, held.lowerBound) - (started ?? held.lowerBound))
        ranges[partition] = Range(
            first: first,
            marks: Array(repeating: [], count: Int(count)),
            beyondRetention: expired,
            committedSince: committedSince
        )
    }

    /// A message of the input stands at a position. Outputs come first, so that only the identities of messages for
    /// which nothing went out are kept.
    mutating func input(_ partition: Partition, offset: Int64, identity: AlertIdentity?) {
        mark(partition, offset, .present)
        guard let marks = marks(partition, offset) else { return }
        if marks.contains(.deadLetter) {
            if let identity { published.insert(identity) }
        } else if !marks.contains(.annotated) {
            let member = identity.map { published.member($0) }
            if let member, published.contains(member) { return }
            unproved[partition, default: [:]].updateValue(member, forKey: offset)
        }
    }

    /// An annotated alert went out for a position.
    mutating func annotated(_ partition: Partition, offset: Int64, identity: AlertIdentity, isConflicting: Bool) {
        published.insert(identity)
        if isConflicting { conflicting += 1 }
        publish(partition, offset, .annotated)
    }

    /// A dead letter went out for a position.
    mutating func deadLetter(_ partition: Partition, offset: Int64) {
        publish(partition, offset, .deadLetter)
    }

    /// The ledger's row of a position.
    ///
    /// - Parameter outputExpired: whether the output topics no longer hold what was published when the row was written.
    mutating func ledger(_ partition: Partition, offset: Int64, outcome: LedgerOutcome, outputExpired: Bool) {
        let outcomeMark: Marks =
            switch outcome {
            case .annotated: .ledgerAnnotated
            case .duplicate: .ledgerDuplicate
            case .deadLetter: .ledgerDeadLetter
            }
        mark(partition, offset, outputExpired ? [outcomeMark, .outputExpired] : outcomeMark)
    }

    private mutating func publish(_ partition: Partition, _ offset: Int64, _ outcome: Marks) {
        guard let range = ranges[partition] else {
            return addExtra(partition, offset, "went out, but its topic is no input of this group")
        }
        guard offset >= range.first else { return }
        guard offset < range.end else {
            guard offset >= range.committedSince else { return }
            return addExtra(partition, offset, "went out, but its offset is not committed")
        }
        let before = range.marks[Int(offset - range.first)]
        let again = !before.isDisjoint(with: [.annotated, .deadLetter])
        mark(partition, offset, again ? [outcome, .repeated] : outcome)
    }

    private func marks(_ partition: Partition, _ offset: Int64) -> Marks? {
        guard let range = ranges[partition], offset >= range.first, offset < range.end else { return nil }
        return range.marks[Int(offset - range.first)]
    }

    private mutating func mark(_ partition: Partition, _ offset: Int64, _ marks: Marks) {
        guard let first = ranges[partition]?.first, let end = ranges[partition]?.end, offset >= first, offset < end
        else { return }
        ranges[partition]?.marks[Int(offset - first)].formUnion(marks)
    }

    private mutating func addExtra(_ partition: Partition, _ offset: Int64, _ reason: String) {
        if extra.count < listed {
            extra.append(
                AuditReport.Position(
                    topic: partition.topic,
                    partition: partition.partition,
                    offset: offset,
                    reason: reason
                )
            )
        }
    }
}

extension AuditBook {
    /// Closes the book.
    func report() -> AuditReport {
        var report = AuditReport()
        report.conflicting = conflicting
        report.extra = extra
        for (partition, range) in ranges.sorted(by: {
            ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition)
        }) {
            var account = AuditReport.Partition(topic: partition.topic, partition: partition.partition)
            account.first = range.first
            account.committed = range.end
            account.beyondRetention = range.beyondRetention
            for (index, marks) in range.marks.enumerated() {
                let offset = range.first + Int64(index)
                settle(marks, at: offset, of: partition, in: &account, &report)
            }
            report.add(account)
        }
        return report
    }

    private func settle(
        _ marks: Marks,
        at offset: Int64,
        of partition: Partition,
        in account: inout AuditReport.Partition,
        _ report: inout AuditReport
    ) {
        let position = { (reason: String) in
            AuditReport.Position(topic: partition.topic, partition: partition.partition, offset: offset, reason: reason)
        }
        guard marks.contains(.present) else {
            if !marks.isDisjoint(with: [.annotated, .deadLetter]) {
                report.list(extra: position("went out, but the input holds no message there"), upTo: listed)
            }
            return
        }
        account.consumed += 1
        if marks.contains(.repeated) {
            report.list(extra: position("went out more than once"), upTo: listed)
        }
        if marks.contains(.annotated) {
            account.annotated += 1
            if !marks.contains(.ledgerAnnotated) {
                report.list(missing: position("annotated, but the ledger does not say so"), upTo: listed)
            }
        } else if marks.contains(.deadLetter) {
            account.deadLetters += 1
            if !marks.contains(.ledgerDeadLetter) {
                report.list(missing: position("a dead letter, but the ledger does not say so"), upTo: listed)
            }
        } else if marks.contains(.ledgerDuplicate) {
            account.duplicates += 1
            if let unproved = unproved[partition]?[offset], !(unproved.map(published.contains) ?? false) {
                account.unproved += 1
            }
        } else if marks.contains(.outputExpired) {
            account.consumed -= 1
            account.beyondRetention += 1
        } else if marks.isDisjoint(with: [.ledgerAnnotated, .ledgerDeadLetter]) {
            report.list(missing: position("nothing went out, and the ledger does not know it"), upTo: listed)
        } else {
            report.list(
                missing: position("the ledger says that it went out, but the topics do not hold it"),
                upTo: listed
            )
        }
    }
}
