import Foundation

/// The embedded Kafka as a child process: this program's own `embedded-kafka`, which ends with its parent, however that
/// dies.
final class EmbeddedKafkaProcess {
    /// The brokers' addresses.
    let brokers: String
    private let process: pid_t
    private var ended = false

    /// Starts it and waits until it listens.
    ///
    /// - Parameter topics: topics that are there from the start, with their partitions.
    init(topics: [(name: String, partitions: Int)]) throws {
        var words = [Self.program, "embedded-kafka", "--parent", String(getpid())]
        words += topics.flatMap { ["--topic", "\($0.name):\($0.partitions)"] }
        var ends: [Int32] = [0, 0]
        // A pair of sockets and no pipe: closed on exec from the start.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.failure(errno) }
        let status = Self.spawn(words, output: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard let child = status.process else { throw Self.failure(status.error) }
        process = child
        guard let line = Self.firstLine(of: ends[0], within: 20_000) else {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
            throw CommandFailure(.unreachable, "the embedded Kafka did not start")
        }
        brokers = line
    }

    deinit { stop() }

    /// Whether it still runs.
    var isRunning: Bool {
        if !ended, waitpid(process, nil, WNOHANG) == process { ended = true }
        return !ended
    }

    /// Ends it and waits for its end.
    func stop() {
        for signal in [SIGTERM, SIGKILL] where isRunning {
            kill(process, signal)
            for _ in 0..<300 where isRunning { usleep(10_000) }
        }
    }

    /// This program. Where its file has been replaced meanwhile, the kernel still knows it by the other name.
    private static var program: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }

    /// A process group of its own keeps the terminal's Ctrl-C away: Kafka is needed until the last alert is out.
    private static func spawn(_ words: [String], output: Int32) -> (process: pid_t?, error: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
        )
        var child = pid_t()
        let arguments = words.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        let error = posix_spawn(&child, words[0], &actions, &attributes, arguments + [nil], environ)
        return (error == 0 ? child : nil, error)
    }

    private static func firstLine(of descriptor: Int32, within milliseconds: Int32) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, milliseconds) > 0, read(descriptor, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    private static func failure(_ code: Int32) -> CommandFailure {
        CommandFailure(.unreachable, "cannot start the embedded Kafka: \(String(cString: strerror(code)))")
    }
}
