/// A value that only one thread at a time touches, by construction of its owner: each thread of a `WorkCrew` reaches only
/// the value of its own number; a `BoundedQueue` hands a value on.
public final class ThreadConfined<Value>: @unchecked Sendable {
    /// The value.
    public let value: Value

    /// Hands a value over.
    public init(_ value: Value) {
        self.value = value
    }
}
