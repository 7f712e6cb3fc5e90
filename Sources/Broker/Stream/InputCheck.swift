import Kafka
import Sky

/// Refuses inputs that the broker itself writes: it would read its own answers for ever.
enum InputCheck {
    /// - Parameter known: names of topics that are there or will be; those that are ours are held against the pattern.
    static func refuseOwnOutput(_ settings: StreamSettings, known: [String]) throws {
        let topics = settings.routing.topics
        guard !settings.inputTopics.isEmpty || settings.inputPattern != nil else { throw StreamError.noInput }
        for topic in settings.inputTopics where topics.contains(topic) {
            throw StreamError.inputIsOutput(input: topic, topic: topic)
        }
        guard let pattern = settings.inputPattern else { return }
        guard pattern.hasPrefix("^") else {
            throw StreamError.setting(
                name: "input.pattern",
                value: pattern,
                allowed: "an extended regular expression that begins with ^"
            )
        }
        let expression = try TopicPattern(pattern)
        for topic in topics.own(nodes: []) + known.filter(topics.contains)
        where expression.matches(topic) {
            throw StreamError.inputIsOutput(input: pattern, topic: topic)
        }
    }
}
