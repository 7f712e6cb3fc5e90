package import Kafka
package import Sky

/// An audit that runs along with a stream as one more subscriber, for a Kafka that forgets: it notes by input position
/// what goes out, and in the end holds that against the ledger, position by position.
///
/// Every position must come out exactly once: as an annotated alert, as a dead letter, or not at all where the ledger says
/// that its alert belongs to another position (a duplicate). A position costs one byte.
package struct RunningAudit: Sendable {
    private enum Mark: UInt8 {
        case nothing, annotated, deadLetter
    }

    private var marks: [TopicPartition: [Mark]] = [:]
    private var missed: [TopicPartition: Int64] = [:]
    private var settled: [TopicPartition: OutcomeCounts] = [:]
    /// Annotated alerts and dead letters that have gone out.
    package private(set) var seen = OutcomeCounts()
    /// Positions that the ledger does not know.
    package private(set) var openCount: Int64 = 0
    /// What does not add up, in words; the first of them.
    package private(set) var faults: [String] = []
    /// How much does not add up.
    package private(set) var faultCount = 0
    private static let listedFaults = 100
    /// Positions of a partition, which bounds what a wrong offset can cost.
    private static let largest: Int64 = 1 << 30

    /// Nothing has gone out.
    package init() {}

    /// An annotated alert or a dead letter that names this position went out.
    package mutating func output(_ outcome: MessageOutcome, of partition: TopicPartition, offset: Int64) {
        guard (0..<Self.largest).contains(offset) else { return note("\(partition)@\(offset) is no position") }
        let place = Int(offset)
        var known = marks.removeValue(forKey: partition) ?? []
        defer { marks[partition] = known }
        if known.count <= place { known += Array(repeating: .nothing, count: place + 1 - known.count) }
        guard known[place] == .nothing else { return note("\(partition)@\(offset) went out more than once") }
        known[place] = outcome == .deadLetter ? .deadLetter : .annotated
        if outcome == .deadLetter { seen.deadLetters += 1 } else { seen.annotated += 1 }
    }

    /// Something else does not add up.
    package mutating func note(_ fault: String) {
        faultCount += 1
        if faults.count < Self.listedFaults { faults.append(fault) }
    }

    /// What the ledger says of the next position of a partition; rows come by offset.
    package mutating func ledger(_ outcome: MessageOutcome, of partition: TopicPartition, offset: Int64) {
        let next = settled[partition, default: OutcomeCounts()].consumed + open(partition)
        if offset > next { miss(partition, from: next, to: offset) }
        switch outcome {
        case .annotated: settled[partition, default: OutcomeCounts()].annotated += 1
        case .duplicate: settled[partition, default: OutcomeCounts()].duplicates += 1
        case .deadLetter: settled[partition, default: OutcomeCounts()].deadLetters += 1
        }
        let expected: Mark =
            switch outcome {
            case .annotated: .annotated
            case .duplicate: .nothing
            case .deadLetter: .deadLetter
            }
        let found = marks[partition].flatMap { offset < $0.count ? $0[Int(offset)] : nil } ?? .nothing
        if found != expected {
            note("\(partition)@\(offset): the ledger says \(outcome), what went out is \(found)")
        }
    }

    /// The ledger of a partition has been read: its rows, the messages that were sent, what went out and what is committed
    /// must end at the same offset.
    package mutating func close(_ partition: TopicPartition, sent: Int64, committed: Int64) {
        let next = settled[partition, default: OutcomeCounts()].consumed + open(partition)
        if next < sent { miss(partition, from: next, to: sent) }
        if next > sent { note("\(partition): \(sent) messages were sent, the ledger knows \(next)") }
        if committed != sent { note("\(partition): \(sent) messages were sent, \(committed) are committed") }
        let out = marks[partition]?.count ?? 0
        if out > sent { note("\(partition): \(sent) messages were sent, but one for \(out - 1) went out") }
    }

    /// How all positions have come out, by the ledger.
    package var counts: OutcomeCounts { settled.values.reduce(into: OutcomeCounts()) { $0 += $1 } }

    /// Whether every position has come out exactly once.
    package var isClosed: Bool { openCount == 0 && faultCount == 0 }

    private func open(_ partition: TopicPartition) -> Int64 { missed[partition] ?? 0 }

    private mutating func miss(_ partition: TopicPartition, from first: Int64, to end: Int64) {
        missed[partition, default: 0] += end - first
        openCount += end - first
        note("\(partition): the ledger does not know the positions \(first) to \(end - 1)")
    }
}
