import Archive
import Kafka

/// Decides where an assigned partition is read from, as a value without Kafka: the offset that Kafka has committed, else
/// the start that the archive remembers, else the operator's setting for a new group.
struct ReadingStart: Hashable, Sendable {
    /// What is to be said of the decision.
    enum Remark: Hashable, Sendable {
        /// Retention has deleted messages that were not read: `lost` of them.
        case beyondRetention(lost: Int64)
        /// The partition ends before the committed offset: the topic was made anew.
        case recreated
    }

    /// The offset to read first.
    var offset: Int64
    /// Whether the archive should remember the offset as the group's start in this partition.
    var isNew: Bool
    var remark: Remark?

    /// - Parameters:
    ///   - committed: the group's offset in Kafka, nil where there is none.
    ///   - remembered: the archive's start position, nil where there is none.
    ///   - held: the offsets that the partition holds.
    ///   - fresh: where a new group starts.
    static func decide(committed: Int64?, remembered: Int64?, held: Range<Int64>, fresh: Int64) -> ReadingStart {
        guard let known = committed ?? remembered else { return ReadingStart(offset: fresh, isNew: true) }
        if known > held.upperBound {
            return ReadingStart(offset: held.lowerBound, isNew: false, remark: .recreated)
        }
        if known < held.lowerBound {
            return ReadingStart(
                offset: held.lowerBound,
                isNew: false,
                remark: .beyondRetention(lost: held.lowerBound - known)
            )
        }
        return ReadingStart(offset: known, isNew: false)
    }
}
