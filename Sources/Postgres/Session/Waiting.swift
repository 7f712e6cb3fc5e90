import CPQ
import Glibc
import Ground

// How a session waits for its server: one poll on the socket for both directions, with a deadline.
extension PostgresConnection {
    /// When the present round trip has to be over.
    struct Deadline {
        let instant: ContinuousClock.Instant?

        init(_ timeout: Duration?) {
            instant = timeout.map { ContinuousClock.now + $0 }
        }

        /// Milliseconds for `poll`, -1 for ever, nil when it is over.
        var pollMilliseconds: Int32? {
            guard let instant else { return -1 }
            let rest = ContinuousClock.now.duration(to: instant)
            guard rest > .zero else { return nil }
            let (seconds, attoseconds) = rest.components
            return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
        }
    }

    /// Says that a round trip begins, and when it has to be over.
    func beginRoundTrip() -> Deadline {
        onRoundTrip?()
        return Deadline(timeout)
    }

    /// Sends what libpq has queued, reading meanwhile whatever comes.
    func flush(_ deadline: Deadline) throws {
        let handle = try live()
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1: try wait(deadline, writing: true)
            default: throw lost()
            }
        }
    }

    /// The next result of what is under way; nil after the last one of a statement.
    func nextResult(_ deadline: Deadline) throws -> OpaquePointer? {
        let handle = try live()
        while PQisBusy(handle) == 1 {
            try wait(deadline, writing: PQflush(handle) == 1)
        }
        return PQgetResult(handle)
    }

    /// Waits until the socket can be read (or written) and takes in what is there.
    func wait(_ deadline: Deadline, writing: Bool) throws {
        let handle = try live()
        guard let milliseconds = deadline.pollMilliseconds else { throw try expire() }
        var descriptor = pollfd(
            fd: PQsocket(handle),
            events: Int16(POLLIN | (writing ? POLLOUT : 0)),
            revents: 0
        )
        guard descriptor.fd >= 0 else { throw lost() }
        let ready = poll(&descriptor, 1, milliseconds)
        if ready < 0, errno != EINTR { throw lost() }
        if ready > 0, Int32(descriptor.revents) & ~POLLOUT != 0, PQconsumeInput(handle) == 0 { throw lost() }
    }

    /// How long a server has to say that it has cancelled, before the connection is broken off.
    package static let cancellationLimit = Duration.seconds(5)

    /// The time is over: cancels at the server, gives it time to say so, else breaks the connection off.
    private func expire() throws -> PostgresError {
        let limit = timeout.map { "\($0)" } ?? "its time"
        let grace = Deadline(Self.cancellationLimit)
        let isCancelled = cancellation()?.cancel(within: Self.cancellationLimit) ?? false
        let handle = try live()
        while isCancelled, grace.pollMilliseconds != nil, !isLost {
            if PQisBusy(handle) == 0 {
                // What was under way ends with a null; a pipeline is closed by its caller.
                if let rest = PQgetResult(handle) {
                    let isCopying = [PGRES_COPY_IN, PGRES_COPY_OUT].contains(PQresultStatus(rest))
                    PQclear(rest)
                    // It would be answered so for ever.
                    if isCopying { break }
                    continue
                }
                return PostgresError(kind: .timeout, message: "no answer within \(limit); cancelled")
            }
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, grace.pollMilliseconds ?? 0) > 0, PQconsumeInput(handle) == 1 else { break }
        }
        close()
        return PostgresError(
            kind: .connectionLost,
            message: "no answer from \(target) within \(limit), nor to the cancellation",
            advice: "look at the server's log and at its locks (pg_locks)"
        )
    }

    /// The connection broke: an error that says so, with libpq's words.
    func lost(context: String? = nil) -> PostgresError {
        let words = handle.map { String(cString: PQerrorMessage($0)).trimmingWhitespace() } ?? ""
        return PostgresError(
            kind: .connectionLost,
            message: words.isEmpty ? "the connection to \(target) is lost" : words,
            context: context,
            advice: "open a new connection"
        )
    }

    /// A way to cancel this session's present statement from another thread.
    package func cancellation() -> PostgresCancellation? {
        handle.flatMap { PQgetCancel($0) }.map { PostgresCancellation($0) }
    }
}

/// Cancels what a session is doing; may be used from any thread.
package final class PostgresCancellation: @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Asks the server to cancel the session's present statement, which then fails with SQLSTATE 57014. Does nothing
    /// where none is under way.
    package func cancel() {
        var words = [CChar](repeating: 0, count: 256)
        PQcancel(handle, &words, Int32(words.count))
    }

    /// The same from a thread of its own, which alone waits where the server takes the connection and does not answer:
    /// libpq knows no limit for that.
    ///
    /// - Returns: whether the server took the request within the time.
    func cancel(within limit: Duration) -> Bool {
        let isDone = Guarded(false)
        DedicatedThread.start(name: "trifid-cancel") { [self] in
            cancel()
            isDone.change { $0 = true }
        }
        return isDone.wait(atMost: limit) { $0 ? true : nil } ?? false
    }
}
