public import Simulator

/// One record as one message.
public struct ReplayMessage: Sendable {
    /// The object's identity as UTF-8: the Kafka key.
    public let key: [UInt8]
    /// The framed record.
    public let value: [UInt8]
    /// The round that it belongs to, from 0.
    public let round: Int
    /// The file that it comes from.
    public let file: String
    /// Its place among the records of the file, from 0.
    public let record: Int
}

/// What a replay comes to.
public enum ReplayEvent: Sendable {
    /// The next message.
    case message(ReplayMessage)
    /// A file that cannot be read or decoded, and why; said once, the rest goes on.
    case unreadable(file: String, error: SimulationError)
}
