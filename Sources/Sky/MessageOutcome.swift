/// What became of an input message. The raw values are stored.
public enum MessageOutcome: Int16, Hashable, Sendable, CaseIterable {
    /// It owns its alert and was annotated.
    case annotated = 1
    /// Another position owns its alert.
    case duplicate = 2
    /// It could not be read or used.
    case deadLetter = 3
}

/// How many messages have come to each outcome.
public struct OutcomeCounts: Hashable, Sendable {
    /// Annotated alerts that went out to everybody.
    public var annotated: Int64 = 0
    /// Further messages of alerts that went out.
    public var duplicates: Int64 = 0
    /// Dead letters that went out to everybody.
    public var deadLetters: Int64 = 0
    /// Alerts and dead letters of data that are not public: they went to their own topic alone.
    public var restricted: Int64 = 0

    /// All messages: consumed = annotated + duplicates + dead letters + restricted.
    public var consumed: Int64 { annotated + duplicates + deadLetters + restricted }

    /// Counts, 0 unless given.
    public init(annotated: Int64 = 0, duplicates: Int64 = 0, deadLetters: Int64 = 0, restricted: Int64 = 0) {
        self.annotated = annotated
        self.duplicates = duplicates
        self.deadLetters = deadLetters
        self.restricted = restricted
    }

    /// Adds counts.
    public static func += (left: inout OutcomeCounts, right: OutcomeCounts) {
        left.annotated += right.annotated
        left.duplicates += right.duplicates
        left.deadLetters += right.deadLetters
        left.restricted += right.restricted
    }
}
