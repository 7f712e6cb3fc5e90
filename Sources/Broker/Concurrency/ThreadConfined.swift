/// A value that only one thread at a time touches, by construction of its owner: each thread of a `WorkCrew` reaches only
/// the value of its own number; a `BoundedQueue` hands a value on.
final class ThreadConfined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
