import Foundation
import Ground

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
        // Without a slash it would be looked for on PATH and not here, where it was found to be there.
        let path = program.contains("/") ? program : "./\(program)"
        do {
            return try ChildProcess.run([path] + arguments, output: .discarded, limit: .seconds(300))
        } catch {
            throw CommandFailure(.unreachable, error.description, advice: "see --kafka in the help")
        }
    }
}
