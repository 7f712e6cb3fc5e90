import CPQ
import Glibc

extension PostgresConnection {
    /// Connects, and hears what the server says meanwhile: libpq's own waiting leaves no moment between the start and the
    /// end in which a receiver of notices can be set.
    ///
    /// Where the URL names several hosts, libpq does the waiting, since only it gives each its `connect_timeout`; what is
    /// said at the beginning then goes to standard error.
    static func connect(_ words: [(String, String)], _ notices: NoticeSink) -> OpaquePointer? {
        let connection = withCStrings(words.map(\.0)) { keys in
            withCStrings(words.map(\.1)) { values in PQconnectStartParams(keys, values, 1) }
        }
        guard let connection, PQstatus(connection) != CONNECTION_BAD else { return connection }
        let host = option("host", of: connection) + option("hostaddr", of: connection)
        // A name may stand for several addresses, of which each has the time; an address or a socket is one.
        let limit = Int(option("connect_timeout", of: connection)) ?? 0
        guard !host.contains(","), wait(for: connection, notices, seconds: limit) else {
            PQfinish(connection)
            return withCStrings(words.map(\.0)) { keys in
                withCStrings(words.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
            }
        }
        return connection
    }

    /// Waits for a connection to stand or fail.
    /// - Returns: false where neither came to be within the time (0 is for ever).
    private static func wait(for connection: OpaquePointer, _ notices: NoticeSink, seconds: Int) -> Bool {
        notices.listen(to: connection)
        let deadline = ContinuousClock.now + .seconds(max(2, seconds))
        var awaited = POLLOUT
        while true {
            let rest = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            if seconds > 0, rest <= 0 { return false }
            var entry = pollfd(fd: PQsocket(connection), events: Int16(awaited), revents: 0)
            let ready = poll(&entry, 1, seconds > 0 ? Int32(rest) + 1 : -1)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            switch PQconnectPoll(connection) {
            case PGRES_POLLING_READING: awaited = POLLIN
            case PGRES_POLLING_WRITING: awaited = POLLOUT
            default: return true
            }
        }
    }

    private static func option(_ name: String, of connection: OpaquePointer) -> String {
        guard let options = PQconninfo(connection) else { return "" }
        defer { PQconninfoFree(options) }
        var place = options
        while let keyword = place.pointee.keyword {
            if String(cString: keyword) == name { return place.pointee.val.map { String(cString: $0) } ?? "" }
            place += 1
        }
        return ""
    }
}
