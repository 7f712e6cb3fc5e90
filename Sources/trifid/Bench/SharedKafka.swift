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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
