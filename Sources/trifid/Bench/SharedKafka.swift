import Foundation

/// A real Kafka for a benchmark: the script `$TRIFID_SHARED/kafka/kafka` in a folder of ours.
final class SharedKafka {
    let brokers: String
    private let script: String
    private let folder: String

    /// Starts it on a free port; nil where there is no script.
    init?(folder: String) throws {
        let shared = ProcessInfo.processInfo.environment["TRIFID_SHARED"] ?? "../shared"
        let script = "\(shared)/kafka/kafka"
        guard FileManager.default.isExecutableFile(atPath: script) else { return nil }
        self.script = script
        self.folder = folder
        let port = Int.random(in: 20_000..<30_000)
        brokers = "127.0.0.1:\(port)"
        let status = try Self.run(script, ["start", folder, String(port)])
        guard status == 0 else {
            throw CommandFailure(.unreachable, "\(script) start ended with status \(status)", advice: "see \(folder)/log")
        }
    }

    /// Stops it.
    func stop() {
        _ = try? Self.run(script, ["stop", folder])
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        // Foundation's Process waits for all that hold its descriptors, the server included that the script leaves behind.
        var child = pid_t()
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        let code = posix_spawn(&child, program, &files, nil, &words, environ)
        guard code == 0 else {
            throw CommandFailure(.unreachable, "\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        return status
    }
}
