public import Kafka
public import Sky

/// An audit that runs along with a stream as one more subscriber, for a Kafka that forgets: it is fed what comes by in
/// the input and output topics, in whatever order, and says at any moment which input positions have come out.
///
/// Every position must come out exactly once: as an annotated alert, as a dead letter, or not at all where its alert has
/// gone out from another position (a duplicate). A position that has come out is dropped, so that memory is bounded by
/// what is on the way and by the number of alerts whose identity is remembered.
public struct RunningAudit: Sendable {
    /// What went out for a position.
    public enum Output: Hashable, Sendable {
        case annotated(AlertIdentity)
        case deadLetter
    }

    private struct Progress {
        /// The offset after the last message that was read.
        var next: Int64 = 0
        /// Read and not come out.
        var open: [Int64: AlertIdentity?] = [:]
        /// Come out before they were read here.
        var early: [Int64: Output] = [:]
        var counts = OutcomeCounts()
    }

    private var progress: [TopicPartition: Progress] = [:]
    private var waiting: [AlertIdentity: [(partition: TopicPartition, offset: Int64)]] = [:]
    private var published: RecentIdentities
    /// What does not add up, in words; the first of them.
    public private(set) var faults: [String] = []
    /// How much does not add up.
    public private(set) var faultCount = 0
    private static let listedFaults = 100

    /// - Parameter remembered: how many of the alerts that went out last a duplicate is held against.
    public init(remembered: Int = 50_000) {
        published = RecentIdentities(capacity: remembered)
    }

    /// A message of the input came by.
    ///
    /// - Parameter identity: the alert in it, nil where it cannot be read.
    public mutating func input(_ partition: TopicPartition, offset: Int64, identity: AlertIdentity?) {
        let next = progress[partition, default: Progress()].next
        if offset > next { note("\(partition): offsets \(next) to \(offset - 1) were never seen by the audit") }
        progress[partition, default: Progress()].next = max(next, offset + 1)
        if let output = progress[partition]?.early.removeValue(forKey: offset) {
            count(output, in: partition)
        } else if let identity, published.contains(identity) {
            progress[partition]?.counts.duplicates += 1
        } else {
            progress[partition]?.open[offset] = .some(identity)
            if let identity { waiting[identity, default: []].append((partition, offset)) }
        }
    }

    /// An annotated alert or a dead letter came by that names this position.
    public mutating func output(_ output: Output, of partition: TopicPartition, offset: Int64) {
        if offset >= progress[partition, default: Progress()].next {
            if progress[partition, default: Progress()].early.updateValue(output, forKey: offset) != nil {
                note("\(partition)@\(offset) went out more than once")
            }
        } else if let identity = progress[partition]?.open.removeValue(forKey: offset) {
            if let identity { stopWaiting(identity, partition, offset) }
            count(output, in: partition)
        } else {
            note("\(partition)@\(offset) went out more than once, or as a duplicate too")
        }
        guard case .annotated(let identity) = output else { return }
        published.insert(identity)
        for position in waiting.removeValue(forKey: identity) ?? [] {
            progress[position.partition]?.open[position.offset] = nil
            progress[position.partition]?.counts.duplicates += 1
        }
    }

    /// The ledger says how a position came out for which nothing was seen: a duplicate of an alert too long ago.
    public mutating func settleAsDuplicate(_ partition: TopicPartition, offset: Int64) {
        guard let identity = progress[partition]?.open.removeValue(forKey: offset) else { return }
        if let identity { stopWaiting(identity, partition, offset) }
        progress[partition]?.counts.duplicates += 1
    }

    /// Something else does not add up.
    public mutating func note(_ fault: String) {
        faultCount += 1
        if faults.count < Self.listedFaults { faults.append(fault) }
    }

    private mutating func count(_ output: Output, in partition: TopicPartition) {
        switch output {
        case .annotated: progress[partition]?.counts.annotated += 1
        case .deadLetter: progress[partition]?.counts.deadLetters += 1
        }
    }

    private mutating func stopWaiting(_ identity: AlertIdentity, _ partition: TopicPartition, _ offset: Int64) {
        waiting[identity]?.removeAll { $0.partition == partition && $0.offset == offset }
        if waiting[identity]?.isEmpty == true { waiting[identity] = nil }
    }
}

extension RunningAudit {
    /// The partitions that anything came by of, in order.
    public var partitions: [TopicPartition] { progress.keys.sorted() }

    /// How the positions of a partition have come out.
    public func counts(of partition: TopicPartition) -> OutcomeCounts {
        progress[partition]?.counts ?? OutcomeCounts()
    }

    /// How all positions have come out.
    public var counts: OutcomeCounts {
        progress.values.reduce(into: OutcomeCounts()) { $0 += $1.counts }
    }

    /// Positions that were read and have not come out, or the reverse.
    public var openCount: Int { progress.values.reduce(0) { $0 + $1.open.count + $1.early.count } }

    /// Positions of a partition that were read and have not come out.
    public func open(of partition: TopicPartition) -> [Int64] {
        (progress[partition]?.open.keys).map { $0.sorted() } ?? []
    }

    /// Below this offset every position of the partition has come out.
    public func floor(of partition: TopicPartition) -> Int64 {
        guard let progress = progress[partition] else { return 0 }
        return progress.open.keys.min() ?? progress.next
    }

    /// The offset after the last message of the partition that came by.
    public func next(of partition: TopicPartition) -> Int64 { progress[partition]?.next ?? 0 }

    /// Whether every position that came by has come out exactly once.
    public var isClosed: Bool { openCount == 0 && faultCount == 0 }
}

/// The alerts that went out last.
private struct RecentIdentities: Sendable {
    private var members: Set<AlertIdentity> = []
    private var order: [AlertIdentity] = []
    private var oldest = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    func contains(_ identity: AlertIdentity) -> Bool { members.contains(identity) }

    mutating func insert(_ identity: AlertIdentity) {
        guard members.insert(identity).inserted else { return }
        if order.count < capacity {
            order.append(identity)
        } else {
            members.remove(order[oldest])
            order[oldest] = identity
            oldest = (oldest + 1) % capacity
        }
    }
}
