/// The topics that Trifid writes, the whole list. Routing, topic creation, the checks of inputs and configuration and the
/// audit follow from it.
///
/// A new topic is a case here, its properties below, and its rule in `Broker/Output/Routing.swift`.
public enum OutputTopic: CaseIterable, Hashable, Sendable {
    /// Every annotated public alert, revision 0.
    case alerts
    /// One topic a node of the taxonomy: alerts that are decided for it or for a node below it.
    case classes
    /// Alerts whose percentile of novelty is at or above the operator's setting.
    case anomalies
    /// Messages that could not be read, with their original bytes.
    case deadLetters
    /// Alerts and dead letters of data that are not public (ZTF `programid` 2 and 3), and nothing else.
    case restricted
    /// Reserved: answers after more became known.
    case updates
    /// Reserved: what was published, by input partition.
    case progress

    /// How the messages of a topic count when consumed = annotated + duplicates + dead letters + restricted is drawn up.
    public enum Account: Hashable, Sendable {
        /// A message is an annotated alert.
        case annotated
        /// A message is a dead letter.
        case deadLetter
        /// A message is either, of data that are not public.
        case restricted
        /// A message stands in a topic that counts, too.
        case copy
    }

    /// The name below the prefix; of a family, the one below which its members stand.
    public var name: String {
        switch self {
        case .alerts: "alerts"
        case .classes: "class"
        case .anomalies: "anomalies"
        case .deadLetters: "deadletters"
        case .restricted: "private"
        case .updates: "updates"
        case .progress: "progress"
        }
    }

    /// Whether there is one topic for each node of the taxonomy.
    public var isFamily: Bool { self == .classes }

    /// Whether the name is only kept free: nothing is written to it.
    public var isReserved: Bool { self == .updates || self == .progress }

    /// How its messages count.
    public var account: Account {
        switch self {
        case .alerts: .annotated
        case .deadLetters: .deadLetter
        case .restricted: .restricted
        case .classes, .anomalies, .updates, .progress: .copy
        }
    }
}

/// The names of the topics that a broker writes, all under one prefix.
public struct OutputTopics: Hashable, Sendable {
    /// The prefix: `trifid`.
    public let prefix: String

    /// Topics under a prefix.
    public init(prefix: String) {
        self.prefix = prefix
    }

    /// The name of a topic that is no family.
    public subscript(topic: OutputTopic) -> String { "\(prefix).\(topic.name)" }

    /// Every annotated public alert: `trifid.alerts`.
    public var alerts: String { self[.alerts] }
    /// Messages that could not be read: `trifid.deadletters`.
    public var deadLetters: String { self[.deadLetters] }
    /// What is not public: `trifid.private`.
    public var restricted: String { self[.restricted] }

    /// The topic of a node of the taxonomy: `trifid.class.SN-Ia`. Other characters than letters, digits and `-` in the
    /// node's name become `-`.
    public func classTopic(_ node: String) -> String {
        let safe = node.map { character in
            character.isASCII && (character.isLetter || character.isNumber) || character == "-" ? character : "-"
        }
        return "\(self[.classes]).\(String(safe))"
    }

    /// All that are written to, with the nodes of a taxonomy.
    public func written(nodes: [String]) -> [String] {
        names(nodes: nodes) { !$0.isReserved }
    }

    /// All that are ours, those included that are only reserved.
    public func own(nodes: [String]) -> [String] {
        names(nodes: nodes) { _ in true }
    }

    /// Those whose messages count.
    public var counted: [String] {
        names(nodes: []) { $0.account != .copy }
    }

    /// The kind of a topic that is ours, nil for others.
    public func kind(of topic: String) -> OutputTopic? {
        OutputTopic.allCases.first { $0.isFamily ? topic.hasPrefix("\(self[$0]).") : topic == self[$0] }
    }

    /// Whether a topic is one of ours, so that an input which holds it would feed the broker its own output.
    public func contains(_ topic: String) -> Bool {
        kind(of: topic) != nil
    }

    private func names(nodes: [String], where isWanted: (OutputTopic) -> Bool) -> [String] {
        OutputTopic.allCases.filter(isWanted).flatMap { $0.isFamily ? nodes.map(classTopic) : [self[$0]] }
    }
}
