/// Values by key within bounds on their number and their size; where they are reached all is forgotten and found again,
/// since a stream uses a handful and never comes near.
public struct BoundedCache<Key: Hashable, Value> {
    private var values: [Key: Value] = [:]
    private var size = 0
    private let capacity: Int
    private let maximumSize: Int

    /// An empty cache.
    /// - Parameters:
    ///   - capacity: the most values that are kept.
    ///   - maximumSize: bytes of them all.
    public init(capacity: Int = 256, maximumSize: Int = 16 << 20) {
        self.capacity = capacity
        self.maximumSize = maximumSize
    }

    /// The value of a key, nil if it is not known.
    public subscript(key: Key) -> Value? { values[key] }

    /// Keeps a new value.
    /// - Parameter bytes: what it takes, about.
    public mutating func keep(_ value: Value, for key: Key, bytes: Int = 1024) {
        if values.count >= capacity || size + bytes > maximumSize {
            values = [:]
            size = 0
        }
        values[key] = value
        size += bytes
    }
}
