extension KafkaError: CustomStringConvertible {
    /// librdkafka's name of the code, such as `_TIMED_OUT`.
    package var name: String { code.name }

    /// `cannot commit a transaction (x): reason [NAME]. What to do.`
    package var description: String {
        let what = subject.map { "cannot \(operation) (\($0))" } ?? "cannot \(operation)"
        let line = "\(what): \(reason) [\(name)]"
        return advice.map { "\(line). \($0)" } ?? line
    }

    /// Whether Kafka could not be reached or refused the connection, as against having refused a request.
    package var isUnreachable: Bool {
        switch code {
        case .timedOut, .messageTimedOut, .transport, .allBrokersDown, .hostNotFound, .authentication, .tls: true
        default: false
        }
    }

    /// Whether a newer instance with the same id has taken this one's place.
    package var isFenced: Bool {
        switch code {
        case .fenced, .producerFenced, .invalidProducerEpoch, .fencedInstance: true
        default: false
        }
    }

    /// Whether the topic or partition does not exist.
    package var isUnknownTopic: Bool {
        switch code {
        case .unknownTopic, .unknownPartition, .unknownTopicOrPartition: true
        default: false
        }
    }

    /// What an operator can do about it, where that is known.
    package var advice: String? {
        switch code {
        case .timedOut, .transport, .allBrokersDown, .hostNotFound, .messageTimedOut:
            "Check that Kafka runs, that the broker addresses are right, that security.protocol is the listener's and "
                + "that firewalls let through; the brokers' advertised.listeners must be reachable from here too"
        case .authentication:
            "Check sasl.mechanism, sasl.username and sasl.password, and security.protocol against the listener"
        case .tls:
            "Check security.protocol against the listener, ssl.ca.location and the broker's host name"
        case .unknownTopic, .unknownTopicOrPartition:
            "Create the topic, or correct its name"
        case .unknownPartition:
            "The topic has fewer partitions"
        case .messageTooLarge:
            "Raise max.message.bytes of the topic (and message.max.bytes of the brokers and of this client), "
                + "or send less in a message"
        case .fenced, .producerFenced, .invalidProducerEpoch:
            "Another process has started with the same transactional id: give each worker a name of its own"
        case .fencedInstance:
            "Another consumer has joined with the same group.instance.id: give each worker a name of its own"
        case .pollIntervalExceeded:
            "A batch took longer than max.poll.interval.ms: use smaller batches or raise it"
        case .inconsistentGroup:
            "The consumer group has members of another make, which share partitions out in another way (or a worker with "
                + "another partition.assignment.strategy): give kafka.group a name that no other program uses, or stop "
                + "them (kafka-consumer-groups --describe --members --group NAME lists them)"
        case .topicForbidden:
            "Grant the principal Read or Write on the topic"
        case .groupForbidden:
            "Grant the principal Read on the consumer group"
        case .transactionalIDForbidden:
            "Grant the principal Write on the transactional id"
        default:
            nil
        }
    }
}
