internal import Ground
internal import Postgres

/// Archives for readers: a bounded number of read-only sessions, lent one at a time. For many threads: a session
/// belongs to the one that it is lent to.
///
/// They have nothing of the writer's: the planner is as the server sets it, no lock is taken, and a statement may take
/// so long at the most. A session is made when none is free; one that was lost is replaced at the next loan.
package final class ReadingSessions: Sendable {
    private let settings: PostgresSettings
    private let limit: Int
    private let state = Guarded(State())

    // Unchecked: an idle session is touched by nobody, and a lent one by its thread alone.
    private struct State: @unchecked Sendable {
        var idle: [Archive] = []
        /// Sessions that are lent or being made.
        var lent = 0
        var isClosed = false
    }

    /// Sessions of a database.
    ///
    /// - Parameters:
    ///   - limit: the most sessions at a time.
    ///   - statementSeconds: the longest that a statement may take at the server.
    package init(url: String, applicationName: String = "trifid reader", limit: Int, statementSeconds: Int = 10) {
        self.limit = max(1, limit)
        settings = PostgresSettings(
            url: url,
            applicationName: applicationName,
            options: [
                "default_transaction_read_only": "on", "statement_timeout": "\(statementSeconds)s",
                "idle_in_transaction_session_timeout": "60s", "client_min_messages": "warning",
            ],
            timeout: .seconds(statementSeconds + 5)
        )
    }

    deinit {
        close()
    }

    /// Lends a session to `body`, and takes it back however that ends.
    ///
    /// - Parameter wait: how long to wait where all are lent.
    /// - Throws: `ArchiveError.noSession` where none came free; `PostgresError` where none can be made; what `body`
    ///   throws.
    package func read<Result>(wait: Duration, _ body: (Archive) throws -> Result) throws -> Result {
        let archive = try take(wait)
        defer { giveBack(archive) }
        return try body(archive)
    }

    /// Ends all sessions that are not lent; those that are end when they come back.
    package func close() {
        let idle = state.change { state in
            defer { (state.idle, state.isClosed) = ([], true) }
            return state.idle
        }
        for archive in idle { archive.close() }
    }

    private func take(_ wait: Duration) throws -> Archive {
        if let archive = try reserve(wait) {
            if archive.isAlive { return archive }
            archive.close()
        }
        do {
            return try Archive(reading: settings)
        } catch {
            state.change { $0.lent -= 1 }
            throw error
        }
    }

    /// Takes a place, and the session that is free in it.
    private func reserve(_ wait: Duration) throws -> Archive? {
        let place = state.wait(atMost: wait) { state -> Place? in
            if state.isClosed { return .closed }
            guard state.lent < limit else { return nil }
            state.lent += 1
            return .reserved(state.idle.popLast())
        }
        guard case .reserved(let archive) = place else {
            throw ArchiveError.noSession(limit: limit, waited: wait)
        }
        return archive
    }

    private enum Place {
        case reserved(Archive?)
        case closed
    }

    private func giveBack(_ archive: Archive) {
        // What a reader left open is none of the next one's affairs.
        archive.connection.rollback()
        let isKept = state.change { state in
            state.lent -= 1
            let isKept = !state.isClosed && !archive.isLost
            if isKept { state.idle.append(archive) }
            return isKept
        }
        if !isKept { archive.close() }
    }
}

extension Archive {
    /// Whether the server still answers: one round trip.
    fileprivate var isAlive: Bool {
        guard !isLost else { return false }
        return (try? connection.query("SELECT 1")) != nil
    }
}
