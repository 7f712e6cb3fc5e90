import Kafka
import Sky

/// The largest messages that the output topics and the producer take, in bytes by `KafkaSettings.messageSize`.
struct MessageLimits: Hashable, Sendable {
    /// Of the topics that public annotated alerts go to.
    var alerts: Int
    /// Of the dead-letter topic, which may take larger ones: it holds what others sent.
    var deadLetters: Int
    /// Of the topic of what is not public.
    var restricted: Int

    /// The same for all topics.
    init(all limit: Int) {
        (alerts, deadLetters, restricted) = (limit, limit, limit)
    }

    /// A batch of messages to any of the topics is refused by none.
    var smallest: Int { min(alerts, deadLetters, restricted) }

    /// Lowers a limit to what a topic takes.
    mutating func fit(_ topic: OutputTopic?, limit: Int) {
        switch topic {
        case .deadLetters: deadLetters = min(deadLetters, limit)
        case .restricted: restricted = min(restricted, limit)
        default: alerts = min(alerts, limit)
        }
    }
}
