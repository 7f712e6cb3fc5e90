extension PostgresConnection {
    /// Runs `body` in a transaction (READ COMMITTED): committed when it returns, rolled back when it throws.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Rolls back an open transaction; on a lost connection the server does so.
    package func rollback() {
        guard isInTransaction else { return }
        // A rollback fails only with the connection, and then the server rolls back by itself.
        try? execute("ROLLBACK")
    }
}
