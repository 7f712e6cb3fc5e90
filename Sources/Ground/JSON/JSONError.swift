/// A text that is no JSON, or more of it than the bounds allow, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The class of an error.
    public enum Kind: Sendable {
        /// The text is no JSON.
        case syntax
        /// It has more values than are allowed.
        case tooLarge
        /// Its values nest deeper than is allowed.
        case tooDeep
    }

    /// The class of the error.
    public let kind: Kind
    /// What is wrong: "neither ',' nor ']' in an array".
    public let message: String
    /// The byte at which it was found.
    public let offset: Int

    init(_ kind: Kind, _ message: String, offset: Int) {
        self.kind = kind
        self.message = message
        self.offset = offset
    }

    /// Message and place.
    public var description: String { "\(message), at byte \(offset)" }
}
