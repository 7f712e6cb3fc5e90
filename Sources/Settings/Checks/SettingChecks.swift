internal import Kafka
import Service
internal import Postgres

/// What a setting of the right type must also be, and how secrets are masked.
enum SettingChecks {
    static let mask = ConnectionString.mask

    static func name(_ text: String, longest: Int) -> String? {
        guard (1...longest).contains(text.utf8.count) else { return "has \(text.utf8.count) characters" }
        guard let wrong = text.first(where: { !isNameCharacter($0) }) else { return nil }
        return "has the character '\(wrong)'"
    }

    static func topics(_ topics: [String]) -> String? {
        for topic in topics {
            if let complaint = name(topic, longest: 249) { return "has the topic '\(topic)', which \(complaint)" }
        }
        if let twice = firstTwice(topics) { return "names '\(twice)' twice" }
        return nil
    }

    static func names(_ names: [String]) -> String? {
        firstTwice(names).map { "names '\($0)' twice" }
    }

    static func pattern(_ pattern: String?) -> String? {
        guard let pattern else { return nil }
        guard pattern.hasPrefix("^") else { return "does not begin with ^" }
        return TopicPattern.complaint(about: pattern)
    }

    static func brokers(_ brokers: [String]) -> String? {
        guard !brokers.isEmpty else { return "is empty" }
        for broker in brokers {
            let address = broker.split(separator: "://", maxSplits: 1).last.map(String.init) ?? broker
            guard let parsed = ListenAddress(address), !parsed.host.isEmpty, parsed.port != 0 else {
                return "has '\(broker.contains("@") ? mask : broker)', which is not host:port"
            }
        }
        return nil
    }

    /// Settings that make the delivery contract, or have a key of their own.
    static let ownProperties = [
        "bootstrap.servers": "kafka.brokers", "metadata.broker.list": "kafka.brokers", "group.id": "kafka.group",
        "group.instance.id": "kafka.worker", "transactional.id": "kafka.worker", "auto.offset.reset": "input.from",
        "enable.auto.commit": "", "enable.auto.offset.store": "", "isolation.level": "", "enable.idempotence": "",
        "acks": "", "request.required.acks": "",
    ]

    static func properties(_ properties: [String: String]) -> String? {
        for name in properties.keys.sorted() {
            guard let own = ownProperties[name] else { continue }
            return own.isEmpty
                ? "sets '\(name)', which Trifid sets itself to keep its promise" : "sets '\(name)'; set \(own) instead"
        }
        return nil
    }

    /// Secrets masked. Where there is one, a name that librdkafka does not know may be the rest of it, behind a comma
    /// that was not escaped: then the name is masked too.
    static func maskProperties(_ properties: [String: String]) -> [String: String] {
        let holdsSecret = properties.keys.contains(where: KafkaSettings.isSecret)
        var masked: [String: String] = [:]
        for (name, value) in properties {
            if holdsSecret, !KafkaSettings.isKnown(name) {
                masked[mask] = mask
            } else {
                masked[name] = KafkaSettings.isSecret(name) ? mask : value
            }
        }
        return masked
    }

    static func postgres(_ url: String) -> String? { ConnectionString.complaint(about: url) }

    /// The string as libpq reads it, its secrets masked; nothing of it where libpq does not read it.
    static func maskPostgres(_ url: String) -> String { (try? ConnectionString(url).shown) ?? mask }

    static func registry(_ url: String?) -> String? {
        url.flatMap(RegistryURL.complaint)
    }

    static func maskRegistry(_ url: String?) -> String? { url.map { RegistryURL($0)?.shown ?? mask } }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    private static func firstTwice(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}
