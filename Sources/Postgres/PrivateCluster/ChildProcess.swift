import Glibc
import Synchronization

/// A program started as a child with a process group of its own (a terminal's Ctrl-C does not reach it), its output
/// in a file, and a standard input that ends when this process does.
final class ChildProcess: Sendable {
    let process: pid_t
    private let lifeline: Atomic<Int32>

    /// Starts a program found on `PATH` or by its full path.
    init(_ arguments: [String], output: String) throws {
        var ends: [Int32] = [0, 0]
        // A pair of sockets and no pipe: closed on exec from the start, so that our end never reaches another child,
        // which would keep it open after our death.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.failure(arguments[0], errno) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

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
        let words = arguments.map { strdup($0) }
        defer { words.forEach { free($0) } }
        let status = posix_spawnp(&child, arguments[0], &actions, &attributes, words + [nil], environ)
        Glibc.close(ends[0])
        guard status == 0 else {
            Glibc.close(ends[1])
            throw Self.failure(arguments[0], status)
        }
        process = child
        lifeline = Atomic(ends[1])
    }

    deinit {
        hangUp()
    }

    /// Ends the child's standard input.
    func hangUp() {
        let end = lifeline.exchange(-1, ordering: .acquiringAndReleasing)
        if end >= 0 { Glibc.close(end) }
    }

    /// The exit status where the child has ended (128 + signal where one ended it), nil while it runs.
    func poll() -> Int32? {
        var status: Int32 = 0
        let ended = waitpid(process, &status, WNOHANG)
        guard ended != 0 else { return nil }
        guard ended == process else { return -1 }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// Waits for the end so long; nil where the child still runs.
    func wait(_ limit: Duration) -> Int32? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let status = poll() { return status }
            guard ContinuousClock.now < deadline else { return nil }
            usleep(10_000)
        }
    }

    /// Kills the child's whole process group.
    func killGroup() {
        kill(-process, SIGKILL)
    }

    /// Runs a program to its end.
    static func run(_ arguments: [String], output: String, limit: Duration) throws -> Int32 {
        let child = try ChildProcess(arguments, output: output)
        if let status = child.wait(limit) { return status }
        child.killGroup()
        _ = child.wait(.seconds(5))
        throw PostgresError(
            kind: .cluster,
            message: "\(arguments.joined(separator: " ")) did not end within \(limit)"
        )
    }

    private static func failure(_ what: String, _ code: Int32) -> PostgresError {
        PostgresError(kind: .cluster, message: "cannot start \(what): \(String(cString: strerror(code)))")
    }
}
