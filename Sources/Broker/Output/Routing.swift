import Sky

/// The topics that a broker writes to, all under one prefix.
public struct OutputTopics: Hashable, Sendable {
    /// The prefix: `trifid`.
    public let prefix: String

    /// Topics under a prefix.
    public init(prefix: String) {
        self.prefix = prefix
    }

    /// Every annotated alert, revision 0.
    public var alerts: String { "\(prefix).alerts" }
    /// Alerts whose percentile of novelty is at or above the operator's setting.
    public var anomalies: String { "\(prefix).anomalies" }
    /// Messages that could not be read, with their original bytes.
    public var deadLetters: String { "\(prefix).deadletters" }

    /// The topic of a node of the taxonomy: `trifid.class.SN-Ia`. Other characters than letters, digits and `-` in the
    /// node's name become `-`.
    public func classTopic(_ node: String) -> String {
        let safe = node.map { character in
            character.isASCII && (character.isLetter || character.isNumber) || character == "-" ? character : "-"
        }
        return "\(prefix).class.\(String(safe))"
    }

    /// Whether a topic is one of ours, so that an input which holds it would feed the broker its own output.
    public func contains(_ topic: String) -> Bool {
        [alerts, anomalies, deadLetters, "\(prefix).updates"].contains(topic) || topic.hasPrefix("\(prefix).class.")
    }
}

/// Which topics an annotated alert goes to.
public struct Routing: Hashable, Sendable {
    /// The topics.
    public var topics: OutputTopics
    /// Novelty percentile (0 to 100) from which on an alert is an anomaly.
    public var anomalyPercentile: Float

    /// Routing to topics under a prefix.
    public init(topics: OutputTopics, anomalyPercentile: Float) {
        self.topics = topics
        self.anomalyPercentile = anomalyPercentile
    }

    /// The topics of an annotated alert, `trifid.alerts` first. A Solar System match, a bogus detection and the answer of
    /// an untrained model are annotated and counted but go to no class and no anomaly topic.
    public func topics(for annotated: AnnotatedAlert) -> [String] {
        var result = [topics.alerts]
        let alertFlags = annotated.alert.flags
        guard alertFlags.isDisjoint(with: [.bogus, .solarSystem]), !annotated.flags.contains("untrained") else {
            return result
        }
        if let decision = annotated.annotation.classifications.first?.decision {
            result += decision.path.map(topics.classTopic)
        }
        if let anomaly = annotated.annotation.anomaly, anomaly.percentile >= anomalyPercentile {
            result.append(topics.anomalies)
        }
        return result
    }
}
