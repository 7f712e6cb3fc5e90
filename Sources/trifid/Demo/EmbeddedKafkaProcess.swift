import Foundation
import Ground

/// The embedded Kafka as a child process: this program's own `embedded-kafka`, which ends with its parent, however that
/// dies, and not at a terminal's Ctrl-C: it is needed until the last alert is out.
final class EmbeddedKafkaProcess {
    /// The brokers' addresses.
    let brokers: String
    private let process: ChildProcess

    /// Starts it and waits until it listens.
    ///
    /// - Parameter topics: topics that are there from the start, with their partitions.
    init(topics: [(name: String, partitions: Int)]) throws {
        var words = [Self.program, "embedded-kafka", "--parent", String(getpid())]
        words += topics.flatMap { ["--topic", "\($0.name):\($0.partitions)"] }
        do {
            process = try ChildProcess(words, output: .firstLine)
        } catch {
            throw CommandFailure(.unreachable, "the embedded Kafka: \(error.description)")
        }
        guard let line = process.firstLine(within: .seconds(20)) else {
            process.killGroup()
            _ = process.wait(.seconds(5))
            throw CommandFailure(.unreachable, "the embedded Kafka did not start")
        }
        brokers = line
    }

    deinit { stop() }

    /// Whether it still runs.
    var isRunning: Bool { process.poll() == nil }

    /// Ends it and waits for its end.
    func stop() {
        for signal in [SIGTERM, SIGKILL] where isRunning {
            process.signal(signal)
            _ = process.wait(.seconds(3))
        }
    }

    /// This program. Where its file has been replaced meanwhile, the kernel still knows it by the other name.
    private static var program: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }
}
