import Kafka
import Service
import Settings

/// `--brokers`, for commands that need Kafka and little else of the configuration.
struct KafkaOptions: ArgumentGroup {
    @Option("--brokers", "HOST:PORT", "Kafka, instead of the configuration's kafka.brokers.")
    var brokers: String?

    /// How to reach Kafka.
    func kafka(_ configuration: Configuration) -> KafkaSettings {
        KafkaSettings(
            brokers: brokers ?? configuration.kafka.brokers.joined(separator: ","),
            properties: configuration.kafka.properties
        )
    }
}
