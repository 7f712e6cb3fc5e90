import Ground

/// When each stage was done with an alert, in microseconds since 1970-01-01 UTC.
package struct StageTimes: Hashable, Sendable {
    /// The message was taken from Kafka or read from its file.
    package var received: Int64
    /// The packet was decoded.
    package var decoded: Int64
    /// History, spectrum and metadata were joined.
    package var joined: Int64
    /// The model had answered.
    package var inferred: Int64

    /// Times of the stages, all unknown (0) unless given.
    package init(received: Int64 = 0, decoded: Int64 = 0, joined: Int64 = 0, inferred: Int64 = 0) {
        self.received = received
        self.decoded = decoded
        self.joined = joined
        self.inferred = inferred
    }

    /// This moment in microseconds since 1970-01-01 UTC.
    package static var now: Int64 { WallClock.microseconds }
}
