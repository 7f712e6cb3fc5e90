package import Sky

/// Which topics an annotated alert goes to.
package struct Routing: Hashable, Sendable {
    /// The topics.
    package var topics: OutputTopics
    /// Novelty percentile (0 to 100) from which on an alert is an anomaly.
    package var anomalyPercentile: Float

    /// Routing to topics under a prefix.
    package init(topics: OutputTopics, anomalyPercentile: Float) {
        self.topics = topics
        self.anomalyPercentile = anomalyPercentile
    }

    /// The topic of a dead letter.
    func topic(ofDeadLetter isRestricted: Bool) -> String {
        isRestricted ? topics.restricted : topics.deadLetters
    }

    /// The topics of an answer that was stored: what is not public has its own, whatever an earlier build stored with it.
    func topics(ofStored topics: [String], isRestricted: Bool) -> [String] {
        isRestricted ? [self.topics.restricted] : topics
    }

    /// The topics of an annotated alert, the one that counts it first.
    package func topics(for annotated: AnnotatedAlert) -> [String] {
        OutputTopic.allCases.flatMap { names(of: $0, for: annotated) }
    }

    /// The rule of each topic: the names under which it takes an alert.
    private func names(of topic: OutputTopic, for annotated: AnnotatedAlert) -> [String] {
        switch topic {
        case .alerts:
            annotated.alert.isPublic ? [topics.alerts] : []
        case .restricted:
            annotated.alert.isPublic ? [] : [topics.restricted]
        case .classes:
            annotated.isWorthSorting
                ? annotated.annotation.classifications.first?.decision?.path.map(topics.classTopic) ?? [] : []
        case .anomalies:
            annotated.isWorthSorting && annotated.annotation.anomaly.map { $0.percentile >= anomalyPercentile } ?? false
                ? [topics[topic]] : []
        case .deadLetters, .updates, .progress:
            []
        }
    }
}

extension AnnotatedAlert {
    /// A Solar System match, a bogus detection, the answer of an untrained model and data that are not public are
    /// annotated and counted but go to no class and no anomaly topic.
    fileprivate var isWorthSorting: Bool {
        alert.isPublic && alert.flags.isDisjoint(with: [.bogus, .solarSystem]) && !flags.contains("untrained")
    }
}
