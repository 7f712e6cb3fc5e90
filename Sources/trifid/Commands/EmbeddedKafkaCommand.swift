import Ground
import Kafka

/// `trifid embedded-kafka`: the mock cluster of `trifid demo`, in a process of its own so that the stream it serves can
/// be stopped, killed and started freely.
struct EmbeddedKafkaCommand: Command {
    static let name = "embedded-kafka"
    static let summary = "Run librdkafka's mock cluster until standard input ends"
    static let isHidden = true
    static let examples = ["trifid embedded-kafka --parent $$ --topic ztf:4"]

    @Option("--topic", "NAME:PARTITIONS", "A topic that is there from the start.")
    var topics: [String]

    @Option("--parent", "PID", "The process without which this one has no purpose.")
    var parent: Int

    func run() throws -> ExitStatus {
        var partitions: [String: Int] = [:]
        for topic in topics {
            let parts = topic.split(separator: ":")
            guard parts.count == 2, let count = Int(parts[1]), count > 0 else {
                throw UsageError(message: "--topic is '\(topic)'; expected NAME:PARTITIONS")
            }
            partitions[String(parts[0])] = count
        }
        try EmbeddedKafka.serve(topics: partitions, parent: Int32(parent)) { brokers in
            StandardOutput.print(brokers)
            try? StandardOutput.flush()
        }
        return .done
    }
}
