internal import CSpawn
internal import Glibc
internal import Synchronization

/// A program started as a child with a process group of its own (a terminal's Ctrl-C does not reach it), with the signals'
/// default actions, and with none of this process's descriptors but that for errors.
///
/// Foundation's `Process` will not do: it waits for all that hold its descriptors, servers that the program leaves behind
/// included. Nothing here waits longer than it is told to. One that is let go of still runs, but its lifeline ends.
public final class ChildProcess: Sendable {
    /// What the child reads.
    public enum Input: Sendable {
        /// Nothing.
        case none
        /// Nothing, and the end of that when this process dies, however it does, or hangs up.
        case lifeline
    }

    /// Where the child's output goes.
    public enum Output: Sendable {
        /// Nowhere; errors go where this process's go.
        case discarded
        /// Output and errors to the end of a file.
        case file(String)
        /// To `firstLine`; errors go where this process's go.
        case firstLine
    }

    private struct State {
        var lifeline: Int32 = -1
        var firstLine: Int32 = -1
        var status: Int32?

        mutating func hangUp() {
            if lifeline >= 0 { close(lifeline) }
            lifeline = -1
        }

        mutating func closeAll() {
            hangUp()
            if firstLine >= 0 { close(firstLine) }
            firstLine = -1
        }
    }

    /// The child's process identifier, and its group's.
    public let process: Int32
    private let state: Mutex<State>

    /// Starts a program found on `PATH`, or by its path where its name has a slash.
    ///
    /// - Throws: `ChildProcessError` with the system's reason.
    public init(_ arguments: [String], input: Input = .none, output: Output) throws(ChildProcessError) {
        guard let program = arguments.first else { throw ChildProcessError(description: "no program to start") }
        var own = State()
        var given: [Int32] = []
        var started = false
        defer {
            for descriptor in given { close(descriptor) }
            if !started { own.closeAll() }
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }

        switch input {
        case .none: given.append(try Self.open("/dev/null", O_RDONLY, for: program))
        case .lifeline:
            let pair = try Self.pair(for: program)
            own.lifeline = pair.own
            given.append(pair.given)
        }
        posix_spawn_file_actions_adddup2(&actions, given[0], STDIN_FILENO)
        switch output {
        case .discarded: given.append(try Self.open("/dev/null", O_WRONLY, for: program))
        case .file(let path): given.append(try Self.open(path, O_WRONLY | O_CREAT | O_APPEND, for: program))
        case .firstLine:
            let pair = try Self.pair(for: program)
            own.firstLine = pair.own
            given.append(pair.given)
        }
        posix_spawn_file_actions_adddup2(&actions, given[1], STDOUT_FILENO)
        if case .file = output { posix_spawn_file_actions_adddup2(&actions, given[1], STDERR_FILENO) }
        // Libraries do not all open theirs to be closed on exec.
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)

        process = try Self.spawn(program, arguments, &actions)
        started = true
        state = Mutex(own)
    }

    deinit {
        state.withLock { $0.closeAll() }
    }

    /// Ends the child's standard input.
    public func hangUp() {
        state.withLock { $0.hangUp() }
    }

    /// The exit status where the child has ended (128 + signal where one ended it), nil while it runs.
    public func poll() -> Int32? {
        state.withLock { state in
            if let status = state.status { return status }
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            guard ended != 0 else { return nil }
            // Where somebody else has waited for it, how it ended is not known.
            state.status = ended != process ? -1 : status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            return state.status
        }
    }

    /// Waits for the end so long; nil where the child still runs.
    public func wait(_ limit: Duration) -> Int32? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let status = poll() { return status }
            guard ContinuousClock.now < deadline else { return nil }
            usleep(10_000)
        }
    }

    /// The first line that the child prints, without its line break; nil where it ends or the time runs out before, or
    /// the line has more than 4096 bytes. Asked for once: after that nobody reads, and more output is an error of the
    /// child's (`EPIPE`).
    public func firstLine(within limit: Duration) -> String? {
        let descriptor = state.withLock { state in
            defer { state.firstLine = -1 }
            return state.firstLine
        }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let deadline = SteadyClock.seconds + limit / .seconds(1)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= 4096 {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, min(deadline - SteadyClock.seconds, 86_400))
            let ready = Glibc.poll(&entry, 1, Int32((left * 1000).rounded(.up)))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0, read(descriptor, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Sends a signal to the child, unless it has ended.
    public func signal(_ number: Int32) {
        if poll() == nil { kill(process, number) }
    }

    /// Kills the child's whole process group.
    public func killGroup() {
        kill(-process, SIGKILL)
    }

    /// Runs a program to its end and gives its exit status (128 + signal where one ended it).
    ///
    /// - Throws: `ChildProcessError` where it cannot be started or has not ended in time; it is then killed.
    public static func run(
        _ arguments: [String],
        output: Output,
        limit: Duration
    ) throws(ChildProcessError) -> Int32 {
        let child = try ChildProcess(arguments, output: output)
        if let status = child.wait(limit) { return status }
        child.killGroup()
        _ = child.wait(.seconds(5))
        throw ChildProcessError(description: "\(arguments.joined(separator: " ")) did not end within \(limit)")
    }
}

extension ChildProcess {
    private static func spawn(
        _ program: String,
        _ arguments: [String],
        _ actions: inout posix_spawn_file_actions_t
    ) throws(ChildProcessError) -> Int32 {
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
        defer { for word in words { free(word) } }
        let status = posix_spawnp(&child, program, &actions, &attributes, words + [nil], environ)
        guard status == 0 else { throw failure("start \(program)", status) }
        return child
    }

    /// A pair of sockets and no pipe: closed on exec from the start, so that our end never reaches another child, which
    /// would keep it open after our death.
    private static func pair(for program: String) throws(ChildProcessError) -> (own: Int32, given: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw failure("start \(program)", errno) }
        do throws(ChildProcessError) {
            return (ends[0], try aboveStandard(ends[1], for: program))
        } catch {
            close(ends[0])
            throw error
        }
    }

    private static func open(
        _ path: String,
        _ flags: Int32,
        for program: String
    ) throws(ChildProcessError) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("open \(path) for \(program)", errno) }
        return try aboveStandard(descriptor, for: program)
    }

    /// Where this process has closed its own input or output, a new descriptor takes that number, and the child's first
    /// `dup2` would overwrite what the second is to copy.
    private static func aboveStandard(_ descriptor: Int32, for program: String) throws(ChildProcessError) -> Int32 {
        if descriptor > STDERR_FILENO { return descriptor }
        defer { close(descriptor) }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        guard moved >= 0 else { throw failure("start \(program)", errno) }
        return moved
    }

    private static func failure(_ what: String, _ code: Int32) -> ChildProcessError {
        ChildProcessError(description: "cannot \(what): \(String(cString: strerror(code)))")
    }
}
