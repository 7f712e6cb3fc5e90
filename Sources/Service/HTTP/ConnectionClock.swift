internal import Glibc
internal import Synchronization

/// Since when each connection has been at its present exchange, so that a client that sends or takes a byte now and then
/// holds no connection for ever: libmicrohttpd's own time-out counts from the last byte.
final class ConnectionClock: Sendable {
    private struct Entry {
        /// nil while a handler works.
        var since: Int64?
    }

    private let entries = Mutex<[Int32: Entry]>([:])

    func opened(_ descriptor: Int32) {
        entries.withLock { $0[descriptor] = Entry(since: MonotonicClock.milliseconds) }
    }

    /// The descriptor is closed by the server after this, and not before.
    func closed(_ descriptor: Int32) { entries.withLock { $0[descriptor] = nil } }

    /// The client's time begins anew: it takes an answer, or sends the next request.
    func restart(_ descriptor: Int32) { entries.withLock { $0[descriptor]?.since = MonotonicClock.milliseconds } }

    /// A handler works: the client's time does not run.
    func pause(_ descriptor: Int32) { entries.withLock { $0[descriptor]?.since = nil } }

    /// Ends the connections whose clients have taken longer than `limit` milliseconds.
    func endSlow(limit: Int64) {
        let now = MonotonicClock.milliseconds
        entries.withLock { entries in
            for (descriptor, entry) in entries {
                guard let since = entry.since, now - since > limit else { continue }
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
