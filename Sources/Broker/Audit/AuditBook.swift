import Kafka
import Sky

/// The recount of a stream as a value without Kafka or a database: it is fed what stands in the input topics, in the
/// output topics and in the ledger, and says what does not add up.
///
/// A position costs one byte, an alert that went out what ``AlertIdentitySet`` says, and a duplicate nothing more, unless
/// its alert is not known to have gone out when the duplicate is fed: then some 70 bytes.
struct AuditBook: Sendable {
    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let present = Marks(rawValue: 1)
        static let annotated = Marks(rawValue: 2)
        static let deadLetter = Marks(rawValue: 4)
        /// What went out is not public.
        static let restricted = Marks(rawValue: 8)
        /// Two bits: what the ledger says, 0 for nothing.
        static let ledger = Marks(rawValue: 3 << 4)
        /// The output of the position may be older than what the output topics hold.
        static let outputExpired = Marks(rawValue: 64)
        /// The position went out more than once.
        static let repeated = Marks(rawValue: 128)

        /// What the ledger says of the position, nil where it does not know it.
        var outcome: MessageOutcome? {
            get { MessageOutcome(rawValue: Int16(intersection(.ledger).rawValue >> 4)) }
            set {
                subtract(.ledger)
                formUnion(Marks(rawValue: UInt8(clamping: newValue?.rawValue ?? 0) << 4).intersection(.ledger))
            }
        }
    }

    private struct Range {
        var first: Int64
        var marks: [Marks]
        var beyondRetention: Int64
        /// Outputs from the end of the marks to here belong to what was committed while the audit began.
        var committedSince: Int64

        var end: Int64 { first + Int64(marks.count) }
    }

    private var ranges: [TopicPartition: Range] = [:]
    /// Alerts that went out, as annotated alerts or as readable dead letters.
    private var published = AlertIdentitySet()
    /// Positions that did not go out themselves and whose alert was not known to have gone out when they were fed, with
    /// that alert; nil where the message has none.
    private var unproved: [TopicPartition: [Int64: AlertIdentitySet.Member?]] = [:]
    private var conflicting: Int64 = 0
    /// Outputs that no input position of the covered range accounts for.
    private var extra: [AuditReport.Position] = []
    /// Alerts that are not public in a topic that everybody reads.
    private var exposed: [AuditReport.Position] = []
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
        _ partition: TopicPartition,
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
    mutating func input(_ partition: TopicPartition, offset: Int64, identity: AlertIdentity?) {
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

    /// An annotated alert went out for a position, to everybody or as data that are not public.
    ///
    /// - Parameter isPublic: whether everybody may see it.
    mutating func annotated(
        _ partition: TopicPartition,
        offset: Int64,
        identity: AlertIdentity,
        isConflicting: Bool,
        isRestricted: Bool = false,
        isPublic: Bool = true
    ) {
        if !isPublic, !isRestricted, exposed.count < listed {
            exposed.append(AuditReport.Position(partition, offset: offset, "is not public, and went out to everybody"))
        }
        published.insert(identity)
        if isConflicting { conflicting += 1 }
        publish(partition, offset, isRestricted ? [.annotated, .restricted] : .annotated)
    }

    /// A dead letter went out for a position.
    mutating func deadLetter(_ partition: TopicPartition, offset: Int64, isRestricted: Bool = false) {
        publish(partition, offset, isRestricted ? [.deadLetter, .restricted] : .deadLetter)
    }

    /// The ledger's row of a position; of several, that of the newest message comes last and counts.
    ///
    /// - Parameter outputExpired: whether the output topics no longer hold what was published when the row was written.
    mutating func ledger(_ partition: TopicPartition, offset: Int64, outcome: MessageOutcome, outputExpired: Bool) {
        change(partition, offset) { marks in
            marks.outcome = outcome
            if outputExpired { marks.insert(.outputExpired) }
        }
    }

    private mutating func publish(_ partition: TopicPartition, _ offset: Int64, _ outcome: Marks) {
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

    private func marks(_ partition: TopicPartition, _ offset: Int64) -> Marks? {
        guard let range = ranges[partition], offset >= range.first, offset < range.end else { return nil }
        return range.marks[Int(offset - range.first)]
    }

    private mutating func mark(_ partition: TopicPartition, _ offset: Int64, _ marks: Marks) {
        change(partition, offset) { $0.formUnion(marks) }
    }

    private mutating func change(_ partition: TopicPartition, _ offset: Int64, _ change: (inout Marks) -> Void) {
        guard let first = ranges[partition]?.first, let end = ranges[partition]?.end, offset >= first, offset < end
        else { return }
        if let index = ranges.index(forKey: partition) { change(&ranges.values[index].marks[Int(offset - first)]) }
    }

    private mutating func addExtra(_ partition: TopicPartition, _ offset: Int64, _ reason: String) {
        if extra.count < listed {
            extra.append(AuditReport.Position(partition, offset: offset, reason))
        }
    }
}

extension AuditBook {
    /// Closes the book.
    ///
    /// - Parameters:
    ///   - compared: alerts that were held against what is stored.
    ///   - differing: those of them that are something else.
    func report(compared: Int = 0, differing: [AuditReport.Position] = []) -> AuditReport {
        var report = AuditReport()
        report.compared = compared
        report.differing = differing
        report.conflicting = conflicting
        report.extra = extra + exposed
        for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
            var account = AuditReport.Partition(partition)
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
        of partition: TopicPartition,
        in account: inout AuditReport.Partition,
        _ report: inout AuditReport
    ) {
        let position = { (reason: String) in
            AuditReport.Position(partition, offset: offset, reason)
        }
        guard marks.contains(.present) else {
            if !marks.isDisjoint(with: [.annotated, .deadLetter]) {
                report.list(extra: position("went out, but the input holds no message there"), upTo: listed)
            }
            return
        }
        if marks.contains(.repeated) {
            report.list(extra: position("went out more than once"), upTo: listed)
        }
        if marks.contains(.annotated) {
            account.count(.annotated, isRestricted: marks.contains(.restricted))
            if marks.outcome != .annotated {
                report.list(missing: position("annotated, but the ledger does not say so"), upTo: listed)
            }
        } else if marks.contains(.deadLetter) {
            account.count(.deadLetter, isRestricted: marks.contains(.restricted))
            if marks.outcome != .deadLetter {
                report.list(missing: position("a dead letter, but the ledger does not say so"), upTo: listed)
            }
        } else if marks.outcome == .duplicate {
            account.count(.duplicate)
            if let unproved = unproved[partition]?[offset], !(unproved.map(published.contains) ?? false) {
                account.unproved += 1
            }
        } else if marks.contains(.outputExpired) {
            account.beyondRetention += 1
        } else if marks.outcome == nil {
            account.unsettled += 1
            report.list(missing: position("nothing went out, and the ledger does not know it"), upTo: listed)
        } else {
            account.unsettled += 1
            report.list(
                missing: position("the ledger says that it went out, but the topics do not hold it"),
                upTo: listed
            )
        }
    }
}
