import Ground

/// When each stage was done with an alert, in microseconds since 1970-01-01 UTC.
public struct StageTimes: Hashable, Sendable {
    /// The message was taken from Kafka or read from its file.
    public var received: Int64
    /// The packet was decoded.
    public var decoded: Int64
    /// History, spectrum and metadata were joined.
    public var joined: Int64
    /// The model had answered.
    public var inferred: Int64

    /// Times of the stages, all unknown (0) unless given.
    public init(received: Int64 = 0, decoded: Int64 = 0, joined: Int64 = 0, inferred: Int64 = 0) {
        self.received = received
        self.decoded = decoded
        self.joined = joined
        self.inferred = inferred
    }

    /// This moment in microseconds since 1970-01-01 UTC.
    public static var now: Int64 { WallClock.microseconds }
}
