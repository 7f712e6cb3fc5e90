import Foundation
internal import Postgres

/// Archives for readers: a bounded number of read-only sessions, lent one at a time. For many threads; its state is
/// guarded by a condition, and a session belongs to the thread that it is lent to.
///
/// They have nothing of the writer's: the planner is as the server sets it, no lock is taken, and a statement may take
/// so long at the most. A session is made when none is free; one that was lost is replaced at the next loan.
public final class ReadingSessions: @unchecked Sendable {
    private let settings: PostgresSettings
    private let limit: Int
    private let condition = NSCondition()
    private var idle: [Archive] = []
    /// Sessions that are lent or being made.
    private var lent = 0
    private var isClosed = false

    /// Sessions of a database.
    ///
    /// - Parameters:
    ///   - limit: the most sessions at a time.
    ///   - statementSeconds: the longest that a statement may take at the server.
    public init(url: String, applicationName: String = "trifid reader", limit: Int, statementSeconds: Int = 10) {
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
    public func read<Result>(wait: Duration, _ body: (Archive) throws -> Result) throws -> Result {
        let archive = try take(wait)
        defer { giveBack(archive) }
        return try body(archive)
    }

    /// Ends all sessions that are not lent; those that are end when they come back.
    public func close() {
        condition.lock()
        let idle = idle
        (self.idle, isClosed) = ([], true)
        condition.broadcast()
        condition.unlock()
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
            condition.lock()
            lent -= 1
            condition.signal()
            condition.unlock()
            throw error
        }
    }

    /// Takes a place, and the session that is free in it.
    private func reserve(_ wait: Duration) throws -> Archive? {
        let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) * 1e-18
        let deadline = Date(timeIntervalSinceNow: max(0, min(seconds, 86400)))
        condition.lock()
        defer { condition.unlock() }
        while lent >= limit, !isClosed {
            guard condition.wait(until: deadline) else { break }
        }
        guard lent < limit, !isClosed else { throw ArchiveError.noSession(limit: limit, waited: wait) }
        lent += 1
        return idle.popLast()
    }

    private func giveBack(_ archive: Archive) {
        // What a reader left open is none of the next one's affairs.
        archive.connection.rollback()
        condition.lock()
        lent -= 1
        let isKept = !isClosed && !archive.isLost
        if isKept { idle.append(archive) }
        condition.signal()
        condition.unlock()
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
