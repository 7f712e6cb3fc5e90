import CPQ
import Glibc

/// One session with a PostgreSQL server, for one thread at a time; calls block.
///
/// A thin shell over libpq: the socket does not block, so that a timeout can cancel and a large pipeline cannot
/// wedge, both sides writing and none reading.
package final class PostgresConnection {
    var handle: OpaquePointer?
    private let noticeSink = NoticeSink()
    var prepared: Set<String> = []
    /// The longest that one statement or round trip may take; nil for as long as it takes.
    package var timeout: Duration?
    /// Called when a round trip begins, by the thread that makes it; none lasts longer than `timeout` and
    /// `cancellationLimit`.
    package var onRoundTrip: (() -> Void)?
    /// Where the connection leads, without a password: for messages.
    package let target: String

    /// Connects, names the session and applies its options.
    ///
    /// - Throws: `PostgresError` of kind `cannotConnect` with advice on what to do.
    package init(_ settings: PostgresSettings) throws {
        timeout = settings.timeout
        let string = try ConnectionString(settings.url)
        // Later words win: our defaults, then the URL, then what is not up to the operator.
        let words: [(String, String)] = [
            ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "60000"), ("dbname", settings.url),
            ("application_name", String(settings.applicationName.prefix(63))), ("client_encoding", "UTF8"),
        ]
        let connection = Self.connect(words, noticeSink)
        target = Self.describe(connection, fallback: "the server of postgres.url")
        guard let connection, PQstatus(connection) == CONNECTION_OK else {
            let message = connection.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
            PQfinish(connection)
            throw PostgresError.cannotConnect(string.withoutSecrets(message), target: target)
        }
        handle = connection
        noticeSink.listen(to: connection)
        PQsetnonblocking(connection, 1)
        if !settings.options.isEmpty {
            let options = settings.options.sorted { $0.key < $1.key }
            let calls = options.indices.map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
            try query(
                "SELECT " + calls.joined(separator: ", "),
                options.flatMap { [.text($0.key), .text($0.value)] }
            )
        }
    }

    /// Connects to a URL with the default settings.
    package convenience init(_ url: String) throws {
        try self.init(PostgresSettings(url: url))
    }

    deinit {
        close()
    }

    /// Ends the session. What was not committed is rolled back by the server. May be called again.
    package func close() {
        PQfinish(handle)
        handle = nil
        prepared = []
    }

    /// Where the server's notices and warnings go; where it is nil, to `PostgresNotices`.
    package var onNotice: ((PostgresError) -> Void)? {
        get { noticeSink.body }
        set { noticeSink.body = newValue }
    }

    /// Whether the session is gone: closed, or broken under way.
    package var isLost: Bool {
        handle.map { PQstatus($0) != CONNECTION_OK } ?? true
    }

    /// Whether a transaction is open (a failed one too).
    package var isInTransaction: Bool {
        handle.map { [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus($0)) } ?? false
    }

    /// The server process that serves this session.
    package var backendProcess: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

    /// The session's own libpq handle.
    func live() throws -> OpaquePointer {
        guard let handle else {
            throw PostgresError(kind: .connectionLost, message: "the connection to \(target) is closed")
        }
        return handle
    }

    private static func describe(_ connection: OpaquePointer?, fallback: String) -> String {
        guard let connection, let host = PQhost(connection), let database = PQdb(connection) else { return fallback }
        let port = PQport(connection).map { String(cString: $0) } ?? ""
        return "database \(String(cString: database)) on \(String(cString: host)):\(port)"
    }
}

/// Carries a notice from libpq's C callback to a closure.
final class NoticeSink {
    var body: ((PostgresError) -> Void)?

    /// Takes the notices of a connection, which must not outlive the sink.
    func listen(to connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    func receive(_ result: OpaquePointer) {
        let notice = PostgresError(result: result, context: nil)
        if let body { body(notice) } else { PostgresNotices.tell(notice) }
    }
}

/// Calls `body` with a null-terminated array of C strings.
func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> Result
) rethrows -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers = copies.map { UnsafePointer($0) } + [nil]
    return try pointers.withUnsafeBufferPointer { buffer in
        // The array holds at least the terminating null, so it has a base address.
        try body(buffer.baseAddress.unsafelyUnwrapped)
    }
}
