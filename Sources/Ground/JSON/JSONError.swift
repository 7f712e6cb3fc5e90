/// A text that is no JSON, or more of it than the bounds allow, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong: "neither ',' nor ']' in an array".
    public let message: String
    /// The byte at which it was found.
    public let offset: Int

    /// Message and place.
    public var description: String { "\(message), at byte \(offset)" }
}
