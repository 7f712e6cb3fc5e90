internal import Glibc
import Ground
internal import Synchronization

/// Turns signals into a stop request: the first SIGTERM or SIGINT requests a stop, the second ends the process at once,
/// and so does a stop that takes longer than its deadline. SIGHUP is noted and changes nothing. SIGPIPE is ignored.
package final class SignalWatcher: Sendable {
    private let policy = Mutex(SignalPolicy())
    private let token: StopToken
    private let deadline: Duration
    private let log: Logger
    private let end: @Sendable (Int32) -> Void

    /// A watcher; `install` makes it watch.
    ///
    /// - Parameters:
    ///   - token: what the first signal requests.
    ///   - deadline: how long a stop may take.
    ///   - log: where signals are noted.
    package convenience init(token: StopToken, deadline: Duration, log: Logger) {
        self.init(token: token, deadline: deadline, log: log, end: { _exit($0) })
    }

    init(token: StopToken, deadline: Duration, log: Logger, end: @escaping @Sendable (Int32) -> Void) {
        self.token = token
        self.deadline = deadline
        self.log = log
        self.end = end
    }

    /// Watches the process's signals, for the rest of its life, on a thread of its own. Call it once.
    ///
    /// The signals are not blocked but handled, so that child processes start with their defaults.
    package func install() {
        let pipe = WakePipe()
        signalPipe.store(pipe.writer, ordering: .releasing)
        for number in [SIGTERM, SIGINT, SIGHUP] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let saved = errno
                WakePipe.wake(signalPipe.load(ordering: .relaxed), with: UInt8(truncatingIfNeeded: number))
                errno = saved
            }
            action.sa_flags = Int32(SA_RESTART)
            sigaction(number, &action, nil)
        }
        signal(SIGPIPE, SIG_IGN)
        DedicatedThread.start(name: "signals") { self.watch(pipe.reader) }
    }

    private func watch(_ descriptor: Int32) {
        var end: Int64?
        while true {
            let left = end.map { max(0, $0 - SteadyClock.milliseconds) } ?? -1
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                // A stop that comes from within has the same deadline. Once it has begun, its end is waited for.
                pollfd(fd: end == nil ? token.fileDescriptor : -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&entries, 2, Int32(clamping: left))
            var byte: UInt8 = 0
            if count > 0, read(descriptor, &byte, 1) == 1 {
                receive(byte == UInt8(SIGHUP) ? .hangUp : .stop(signal: Int32(byte)))
            } else if let moment = end, SteadyClock.milliseconds >= moment {
                receive(.deadline)
                end = nil
                return
            }
            if end == nil, token.isRequested {
                end = SteadyClock.milliseconds + Int64(deadline / .milliseconds(1))
                policy.withLock { $0.beginDraining() }
            }
        }
    }

    func receive(_ event: SignalPolicy.Event) {
        switch policy.withLock({ $0.handle(event) }) {
        case .drain(let signal):
            log.info("stopping", ["signal": .int(signal)])
            token.request()
        case .exit(let status, let reason):
            log.error("ending at once", ["reason": .text(reason), "status": .int(status)])
            end(status)
        case .ignoreHangUp: log.info("SIGHUP changes nothing; restart to read the configuration anew")
        case .none: break
        }
    }
}

// Where the signal handler, which may touch nothing else, writes to.
private let signalPipe = Atomic<Int32>(-1)
