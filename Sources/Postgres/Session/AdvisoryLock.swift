/// Who holds an advisory lock, as the server sees it.
package struct AdvisoryLockHolder: Hashable, Sendable, CustomStringConvertible {
    /// The server process of the holder's session.
    package var process: Int32
    /// The holder's application name.
    package var applicationName: String
    /// The holder's host, empty for a local socket.
    package var host: String
    /// When its session began, as the server prints it.
    package var since: String

    /// `trifid trifid/1 on host 10.0.0.7, server process 4711, connected since ...`.
    package var description: String {
        "\(applicationName.isEmpty ? "a session without a name" : applicationName) on "
            + "\(host.isEmpty ? "this machine" : "host \(host)"), server process \(process), connected since \(since)"
    }
}

extension PostgresConnection {
    /// Takes a session's advisory lock, waiting so long; returns nil when it was taken, else who holds it.
    package func lock(_ key: Int64, wait: Duration) throws -> AdvisoryLockHolder? {
        let deadline = ContinuousClock.now + wait
        var holder = AdvisoryLockHolder(process: 0, applicationName: "", host: "", since: "?")
        while true {
            if try query("SELECT pg_try_advisory_lock($1)", [.int64(key)])[0, 0].bool { return nil }
            if let present = try self.holder(of: key) { holder = present }
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { return holder }
            // Waiting at the server, in slices, so that a release is seen at once and a lost connection soon.
            // Shorter than any limit on a statement.
            let milliseconds = max(1, min(500, rest.components.seconds * 1000 + 1))
            do {
                try transaction {
                    try query("SELECT set_config('lock_timeout', $1, true)", [.text("\(milliseconds)ms")])
                    try query("SELECT pg_advisory_lock($1)", [.int64(key)])
                }
                return nil
            } catch let error as PostgresError where error.sqlState == "55P03" {
                continue
            }
        }
    }

    /// Gives a session's advisory lock back.
    package func unlock(_ key: Int64) throws {
        try query("SELECT pg_advisory_unlock($1)", [.int64(key)])
    }

    /// Asks the server to end another session of the same role, if it is the very one; a server that the session no longer
    /// reaches may not know that its client is gone.
    package func end(_ holder: AdvisoryLockHolder) throws {
        try query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid = $1 AND application_name = $2 AND to_char(backend_start, 'YYYY-MM-DD HH24:MI:SSOF') = $3
            """,
            [.int32(holder.process), .text(holder.applicationName), .text(holder.since)]
        )
    }

    /// Who holds a session's or transaction's advisory lock of this key.
    package func holder(of key: Int64) throws -> AdvisoryLockHolder? {
        let rows = try query(
            """
            SELECT a.pid, coalesce(a.application_name, ''), coalesce(host(a.client_addr), ''),
                   to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SSOF')
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.classid::bigint = (($1::bigint >> 32) & 4294967295)
              AND l.objid::bigint = ($1::bigint & 4294967295)
            """,
            [.int64(key)]
        )
        guard rows.count > 0 else { return nil }
        return AdvisoryLockHolder(
            process: try rows[0, 0].int32,
            applicationName: try rows[0, 1].string,
            host: try rows[0, 2].string,
            since: try rows[0, 3].string
        )
    }
}
