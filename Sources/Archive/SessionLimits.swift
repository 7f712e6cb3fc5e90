/// How long a session of the stream waits for its server: nobody looks on who would end it. What takes longer ends with a
/// `PostgresError` that passes (`isRetriable`).
package struct SessionLimits: Hashable, Sendable {
    /// The longest that a round trip may take here, and a statement at the server.
    package var roundTrip: Duration
    /// The longest that a statement waits for a lock that another session holds.
    package var lock: Duration
    /// The longest that a transaction stands idle between two statements; the server then ends the session.
    package var idleTransaction: Duration

    /// Limits.
    package init(
        roundTrip: Duration = .seconds(90),
        lock: Duration = .seconds(60),
        idleTransaction: Duration = .seconds(120)
    ) {
        self.roundTrip = roundTrip
        self.lock = lock
        self.idleTransaction = idleTransaction
    }

    /// What the server is told. It ends by itself what we no longer can, and knows no smaller limit of the role's, under
    /// which a batch that takes longer would be begun again for ever.
    var options: [String: String] {
        [
            "statement_timeout": Self.text(roundTrip), "lock_timeout": Self.text(lock),
            "idle_in_transaction_session_timeout": Self.text(idleTransaction),
        ]
    }

    /// Whole milliseconds, at least one: 0 is for ever.
    private static func text(_ span: Duration) -> String {
        let (seconds, attoseconds) = span.components
        return "\(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))ms"
    }
}
