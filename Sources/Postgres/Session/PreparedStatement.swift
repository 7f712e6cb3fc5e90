import Synchronization

/// A statement that each connection prepares once, at its first use. Keep it in a `static let`.
package final class PreparedStatement: Sendable {
    /// The SQL text, with `$1`, `$2`, ... for parameters.
    package let sql: String
    /// The types of the parameters.
    package let parameterTypes: [PostgresType]
    let name: String

    private static let counter = Atomic<Int>(0)

    /// A statement with parameters of the given types.
    package init(_ sql: String, _ parameterTypes: [PostgresType] = []) {
        self.sql = sql
        self.parameterTypes = parameterTypes
        name = "trifid_\(Self.counter.add(1, ordering: .relaxed).newValue)"
    }
}
