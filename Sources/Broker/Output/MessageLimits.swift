import Kafka

/// The largest messages that the output topics and the producer take, in bytes by `KafkaSettings.messageSize`.
struct MessageLimits: Hashable, Sendable {
    /// Of the topics that annotated alerts go to.
    var alerts: Int
    /// Of the dead-letter topic, which may take larger ones: it holds what others sent.
    var deadLetters: Int

    /// A batch of messages to any of the topics is refused by none.
    var smallest: Int { min(alerts, deadLetters) }
}
