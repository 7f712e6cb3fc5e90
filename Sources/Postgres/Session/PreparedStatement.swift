import Synchronization

/// A statement that each connection prepares once, at its first use. Keep it in a `static let`.
public final class PreparedStatement: Sendable {
    /// The SQL text, with `$1`, `$2`, ... for parameters.
    public let sql: String
    /// The types of the parameters.
    public let parameterTypes: [PostgresType]
    let name: String

    private static let counter = Atomic<Int>(0)

    /// A statement with parameters of the given types.
    public init(_ sql: String, _ parameterTypes: [PostgresType] = []) {
        self.sql = sql
        self.parameterTypes = parameterTypes
        name = "trifid_\(Self.counter.add(1, ordering: .relaxed).newValue)"
    }
}
