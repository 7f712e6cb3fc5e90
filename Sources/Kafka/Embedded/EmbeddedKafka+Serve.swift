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
    public static func serve(
        topics: [String: Int],
        parent: Int32,
        log: @escaping KafkaLog = { _ in },
        ready: (_ brokers: String) -> Void
    ) throws {
        let parentEnded = SIGUSR1
        // Blocked here and so in every thread to come: the loop below takes them.
        var awaited = sigset_t()
        sigemptyset(&awaited)
        for signal in [SIGTERM, parentEnded] { sigaddset(&awaited, signal) }
        pthread_sigmask(SIG_BLOCK, &awaited, nil)
        signal(SIGINT, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        _ = trifid_signal_on_parent_death(parentEnded)

        let kafka = try EmbeddedKafka(topics: topics, log: log)
        ready(kafka.brokers)
        // The parent may have ended before the request above. And that request means the parent's *thread*: it may
        // have ended without its process, so the signal is a hint to look again and not the proof.
        var pause = timespec(tv_sec: 0, tv_nsec: 500_000_000)
        while getppid() == parent {
            if sigtimedwait(&awaited, nil, &pause) == SIGTERM { break }
        }
        withExtendedLifetime(kafka) {}
    }
}
