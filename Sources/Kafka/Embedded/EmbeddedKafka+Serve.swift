import CRdkafka
import Glibc

extension EmbeddedKafka {
    /// Runs an embedded Kafka as the purpose of this process, until SIGTERM or the end of its parent. To be called on
    /// the main thread before any other thread has started.
    ///
    /// SIGINT is ignored: Ctrl-C reaches the whole foreground group, and the parent still needs Kafka to drain.
    ///
    /// - Parameters:
    ///   - topics: topics to make, with their number of partitions.
    ///   - parent: the process without which this one has no purpose.
    ///   - ready: is called with the brokers' addresses once they listen.
    package static func serve(
        topics: [String: Int],
        parent: Int32,
        log: @escaping KafkaLog = { _ in },
        ready: (_ brokers: String) -> Void
    ) throws {
        let signals = ServingSignals()
        // Blocked here and so in every thread to come: `wait` takes them.
        signals.block()
        signal(SIGINT, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        _ = trifid_signal_on_parent_death(ServingSignals.parentEnded)

        let kafka = try EmbeddedKafka(topics: topics, log: log)
        ready(kafka.brokers)
        signals.wait(parent: parent)
        withExtendedLifetime(kafka) {}
    }
}

/// What ends a serving process: SIGTERM, or the end of its parent.
struct ServingSignals {
    /// Sent by the kernel when the thread that has started this process ends.
    static let parentEnded = SIGUSR1

    private var awaited = sigset_t()

    init() {
        sigemptyset(&awaited)
        for signal in [SIGTERM, Self.parentEnded] { sigaddset(&awaited, signal) }
    }

    /// Keeps the signals for `wait`, in this thread and those that it will start.
    func block() {
        var awaited = awaited
        pthread_sigmask(SIG_BLOCK, &awaited, nil)
    }

    /// Returns on SIGTERM or when the parent is gone, be it before this call.
    func wait(parent: Int32) {
        // The kernel's signal means the parent's *thread*, which may end without its process: it is a hint to look
        // again and not the proof.
        var (awaited, pause) = (awaited, timespec(tv_sec: 0, tv_nsec: 500_000_000))
        while getppid() == parent {
            if sigtimedwait(&awaited, nil, &pause) == SIGTERM { return }
        }
    }
}
