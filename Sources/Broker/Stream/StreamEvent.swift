/// Something that an operator wants to read in the log.
public struct StreamEvent: Sendable {
    /// How grave it is.
    public enum Level: String, Sendable {
        /// The course of things.
        case info
        /// Something that works but should be looked at.
        case warning
        /// Something that does not work.
        case error
    }

    /// How grave it is.
    public var level: Level
    /// One sentence.
    public var message: String
    /// Names and values that belong to it.
    public var fields: [(name: String, value: String)]

    /// An event.
    public init(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        self.level = level
        self.message = message
        self.fields = fields.map { ($0.key, $0.value) }
    }
}

/// Takes the events of a stream; called from several threads.
public typealias StreamLog = @Sendable (StreamEvent) -> Void
