import Foundation

/// A real Kafka for a benchmark, run by a program of the operator's in a folder of ours: `PROGRAM start FOLDER PORT`,
/// which returns once it serves, and `PROGRAM stop FOLDER`.
final class KafkaProgram {
    let brokers: String
    private let program: String
    private let folder: String

    /// Starts it on a free port.
    init(_ program: String, folder: String) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw CommandFailure(.usage, "\(program) is no program that can be run", advice: "see --kafka in the help")
        }
        self.program = program
        self.folder = folder
        let port = Int.random(in: 20_000..<30_000)
        brokers = "127.0.0.1:\(port)"
        let status = try Self.run(program, ["start", folder, String(port)])
        guard status == 0 else {
            throw CommandFailure(
                .unreachable,
                "\(program) start ended with status \(status)",
                advice: "see \(folder)/log"
            )
        }
    }

    /// Stops it.
    func stop() {
        _ = try? Self.run(program, ["stop", folder])
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        // Foundation's Process waits for all that hold its descriptors, the server included that the program leaves behind.
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
