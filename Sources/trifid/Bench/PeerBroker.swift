import Foundation
import Ground

/// A broker of another make, run on the same topic of the same Kafka in the same session, to compare with.
///
/// It is called as `PYTHON SCRIPT BOOTSTRAP IN OUT N PG_DSN MODEL_PREFIX` and prints one JSON object with its rate.
struct PeerBroker {
    /// Path of the Python program.
    private let python: String
    private let script: String

    /// - Parameter python: a path, or a name that is looked for in PATH.
    /// - Throws: `CommandFailure` where there is no such program or script: before anything is measured.
    init(python: String, script: String) throws {
        guard let program = Self.program(python) else {
            throw CommandFailure(.usage, "--python: there is no program \(python)", advice: "name one by its path")
        }
        guard access(script, R_OK) == 0 else {
            throw CommandFailure(.usage, "--peer: \(script): \(String(cString: strerror(errno)))")
        }
        self.python = program
        self.script = script
    }

    private static func program(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The alerts a second that the peer says of itself.
    func rate(brokers: String, topic: String, alerts: Int, postgres: String) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        let folder = URL(fileURLWithPath: script).deletingLastPathComponent()
        process.arguments = [
            script, brokers, topic, "peer-\(topic)", String(alerts), postgres,
            folder.appendingPathComponent("photometry").path,
        ]
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch {
            throw CommandFailure(.usage, "\(python) cannot be started: \(error.inWords)")
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let answer = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard process.terminationStatus == 0, let rate = answer?["rate"] as? Double else {
            throw CommandFailure(.incomplete, "\(script) ended with status \(process.terminationStatus) and no rate")
        }
        return rate
    }
}
