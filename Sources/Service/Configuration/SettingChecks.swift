/// What a setting of the right type must also be, and how secrets are masked.
enum SettingChecks {
    static let mask = "********"

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

    static func pattern(_ pattern: String?) -> String? {
        guard let pattern else { return nil }
        guard pattern.hasPrefix("^") else { return "does not begin with ^" }
        do {
            _ = try Regex(pattern)
            return nil
        } catch {
            return "is not a regular expression"
        }
    }

    static func brokers(_ brokers: [String]) -> String? {
        guard !brokers.isEmpty else { return "is empty" }
        for broker in brokers {
            let address = broker.split(separator: "://", maxSplits: 1).last.map(String.init) ?? broker
            guard let parsed = ListenAddress(address), !parsed.host.isEmpty, parsed.port != 0 else {
                return "has '\(broker)', which is not host:port"
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

    static func maskProperties(_ properties: [String: String]) -> [String: String] {
        var masked = properties
        for name in properties.keys {
            let lowered = name.lowercased()
            let isSecret = ["password", "secret", "key.pem", "jaas", "sasl.oauthbearer.config"].contains {
                lowered.contains($0)
            }
            if isSecret { masked[name] = mask }
        }
        return masked
    }

    static func postgres(_ url: String) -> String? {
        if url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") || url.contains("=") { return nil }
        return url.contains("://") ? "is a URL of something else" : "is not a URL"
    }

    static func maskPostgres(_ url: String) -> String {
        url.contains("://")
            ? maskUserInformation(url).replacing(/((?:ssl)?password=)[^&]*/) { "\($0.1)\(mask)" }
            : url.replacing(/((?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s']\S*)/) { "\($0.1)\(mask)" }
    }

    static func registry(_ url: String?) -> String? {
        guard let url else { return nil }
        for scheme in ["http://", "https://"] where url.hasPrefix(scheme) && url.count > scheme.count { return nil }
        return "is not an HTTP URL"
    }

    static func maskRegistry(_ url: String?) -> String? { url.map(maskUserInformation) }

    /// `scheme://user:password@host` with the password masked; the last @ before the path ends it.
    private static func maskUserInformation(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return url
        }
        return url[...colon] + mask + url[at...]
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    private static func firstTwice(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}
