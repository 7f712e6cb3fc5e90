import Foundation

/// A broker of another make, run on the same topic of the same Kafka in the same session, to compare with.
///
/// It is called as `PYTHON SCRIPT BOOTSTRAP IN OUT N PG_DSN MODEL_PREFIX` and prints one JSON object with its rate.
struct PeerBroker {
    let python: String
    let script: String

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
            throw CommandFailure(.usage, "\(python) cannot be started: \(error.localizedDescription)")
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
