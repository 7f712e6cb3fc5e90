package import Simulator

/// One record as one message.
package struct ReplayMessage: Sendable {
    /// The object's identity as UTF-8: the Kafka key.
    package let key: [UInt8]
    /// The framed record.
    package let value: [UInt8]
    /// The round that it belongs to, from 0.
    package let round: Int
    /// The file that it comes from.
    package let file: String
    /// Its place among the records of the file, from 0.
    package let record: Int
}

/// What a replay comes to.
package enum ReplayEvent: Sendable {
    /// The next message.
    case message(ReplayMessage)
    /// A file that cannot be read or decoded, and why; said once, the rest goes on.
    case unreadable(file: String, error: SimulationError)
}
