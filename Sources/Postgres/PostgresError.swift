/// What went wrong between us and a PostgreSQL server, where, and what to do about it.
package struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the error arose.
    package enum Kind: String, Hashable, Sendable {
        /// No connection came about.
        case cannotConnect
        /// A connection that stood is gone; what was under way may or may not have been committed.
        case connectionLost
        /// The server refused or aborted a statement.
        case server
        /// A statement took longer than the connection's `timeout` and was cancelled.
        case timeout
        /// The server's answer is not what the caller asked for (another type, another number of columns, a null).
        case unexpectedAnswer
        /// A private cluster could not be made, started or stopped.
        case cluster
    }

    /// Where the error arose.
    package var kind: Kind
    /// The five characters of the server's SQLSTATE (PostgreSQL manual, appendix A); nil where the server did not
    /// speak.
    package var sqlState: String?
    /// What happened, in the server's words where it spoke.
    package var message: String
    /// The server's detail and hint, where it gave any.
    package var detail: String?
    /// The constraint that was violated.
    package var constraint: String?
    /// The statement, or what we were doing.
    package var context: String?
    /// What to do about it.
    package var advice: String?

    /// An error.
    package init(
        kind: Kind,
        sqlState: String? = nil,
        message: String,
        detail: String? = nil,
        constraint: String? = nil,
        context: String? = nil,
        advice: String? = nil
    ) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.constraint = constraint
        self.context = context
        self.advice = advice ?? sqlState.flatMap(Self.advice(sqlState:))
    }

    /// The same transaction, begun again, may succeed: a serialisation failure, a deadlock, a lock that was not
    /// free, a server that restarts, a lost connection, a statement that took too long or that somebody cancelled.
    package var isRetriable: Bool {
        switch sqlState {
        case "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03": true
        // Short of disk, memory or sessions, or on a standby after a failover: time or an operator mends it.
        case "53000", "53100", "53200", "53300", "53400", "25006": true
        case .some(let state) where state.hasPrefix("08"): true
        case .some: false
        case nil: kind == .connectionLost || kind == .timeout || (kind == .cannotConnect && !isRefusedURL)
        }
    }

    /// The connection string itself is refused; no server was asked.
    package var isRefusedURL: Bool { kind == .cannotConnect && advice == Self.urlAdvice }

    /// What there is of it, for a log: `sqlState`, `notice`, `detail`.
    package var fields: [(name: String, value: String)] {
        [("sqlState", sqlState), ("notice", message), ("detail", detail)].compactMap { name, value in
            value.map { (name, $0) }
        }
    }

    /// One line: what, where, and what to do.
    package var description: String {
        var text = "PostgreSQL"
        if let sqlState { text += " (\(sqlState))" }
        text += ": \(message)"
        if let detail { text += " (\(detail))" }
        if let context { text += "; in: \(context)" }
        if let advice { text += "; \(advice)" }
        return text
    }
}

extension PostgresError {
    static let authenticationAdvice =
        "check user and password in postgres.url, the password file (~/.pgpass), and pg_hba.conf on the server"

    static let urlAdvice =
        "write postgres.url as postgresql://USER@HOST:PORT/DATABASE, or as host=... dbname=..."

    private static func advice(sqlState: String) -> String? {
        switch sqlState {
        case "28P01", "28000": authenticationAdvice
        case "3D000": "create the database (createdb NAME), or name another in postgres.url"
        case "25006": "this server is read-only (a standby?): name the primary in postgres.url"
        case "42501": "grant the role in postgres.url this right, or let the database's owner do it"
        case "53100": "free disk space on the database server"
        case "53200": "the server is out of memory or locks: raise max_locks_per_transaction or its memory"
        case "53300": "the server has no connection left: raise max_connections or stop other clients"
        case "55P03": "another session holds the lock: see pg_locks and pg_blocking_pids()"
        case "57014": "somebody cancelled it (pg_cancel_backend), or it took longer than statement_timeout: try again"
        case "57P01", "57P02", "57P03": "the server stops or starts: try again"
        case "25P03": "the transaction stood idle for too long and was ended by the server: begin it again"
        default: nil
        }
    }

    /// Makes sense of libpq's message about a connection that did not come about: it carries no SQLSTATE.
    static func cannotConnect(_ message: String, target: String) -> PostgresError {
        // libpq breaks its messages into lines; a log and an error have one.
        let text = message.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() }.joined(separator: " ")
        var error = PostgresError(kind: .cannotConnect, message: text, context: "connecting to \(target)")
        if text.contains("authentication failed") || text.contains("no password supplied")
            || text.contains("pg_hba.conf") || (text.contains("role \"") && text.contains("does not exist"))
        {
            error.sqlState = "28000"
            error.advice = authenticationAdvice
        } else if text.contains("database \"") && text.contains("does not exist") {
            error.sqlState = "3D000"
            error.advice = advice(sqlState: "3D000")
        } else if text.contains("too many clients") || text.contains("remaining connection slots") {
            error.sqlState = "53300"
            error.advice = advice(sqlState: "53300")
        } else if text.contains("starting up") || text.contains("shutting down") {
            error.sqlState = "57P03"
            error.advice = advice(sqlState: "57P03")
        } else {
            error.advice = "is the server up, and are host, port and socket folder in postgres.url right?"
        }
        return error
    }
}

extension StringProtocol {
    func trimmingWhitespace() -> String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        return String(rest)
    }
}
