internal import Glibc
import Ground
internal import Synchronization

/// Tells all threads that the process is to stop. Once requested, it stays so.
///
/// Threads ask `isRequested` between pieces of work, sleep in `wait(for:)`, put `fileDescriptor` beside their sockets in
/// poll(2), or leave an action with `onStop` that wakes a call that blocks.
package final class StopToken: Sendable {
    private let requested = Atomic<Bool>(false)
    private let actions = Mutex<[@Sendable () -> Void]>([])

    private let pipe = WakePipe()

    /// Readable for poll(2) from the request on; nobody reads from it.
    package var fileDescriptor: Int32 { pipe.reader }

    /// A token that is not requested.
    package init() {}

    deinit { pipe.close() }

    /// Whether a stop is requested. One atomic load.
    package var isRequested: Bool { requested.load(ordering: .acquiring) }

    /// Requests a stop: wakes all that wait and runs the actions, once.
    package func request() {
        let pending = actions.withLock { actions -> [@Sendable () -> Void] in
            guard !requested.exchange(true, ordering: .acquiringAndReleasing) else { return [] }
            defer { actions = [] }
            return actions
        }
        WakePipe.wake(pipe.writer, with: 1)
        for action in pending { action() }
    }

    /// Runs `action` at the request, on the thread that requests; at once where it already is. It must be quick.
    package func onStop(_ action: @escaping @Sendable () -> Void) {
        let isLate = actions.withLock { actions in
            if isRequested { return true }
            actions.append(action)
            return false
        }
        if isLate { action() }
    }

    /// Sleeps for a span of time, or until the request.
    ///
    /// - Returns: whether a stop is requested.
    @discardableResult
    package func wait(for span: Duration) -> Bool {
        let end = SteadyClock.milliseconds + Int64(span / .milliseconds(1))
        while !isRequested {
            let left = end - SteadyClock.milliseconds
            guard left > 0 else { return false }
            pollOnce(milliseconds: Int32(clamping: left))
        }
        return true
    }

    /// Sleeps until the request.
    package func wait() {
        while !isRequested { pollOnce(milliseconds: -1) }
    }

    private func pollOnce(milliseconds: Int32) {
        var entry = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, milliseconds)
    }
}
