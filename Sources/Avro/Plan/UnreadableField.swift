/// A field that a reader would like and the writer has with a type that cannot be read as the reader's: it reads as if
/// the writer had it not.
public struct UnreadableField: Hashable, Sendable, CustomStringConvertible {
    /// Dotted path of the field.
    public let path: String
    /// Why it cannot be read: the writer's type and the reader's.
    public let reason: String

    /// Path and reason.
    public var description: String { "\(path): \(reason)" }
}
