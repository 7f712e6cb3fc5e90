internal import Kafka
internal import Sky

/// What one key alone cannot tell: settings that contradict each other.
enum ConfigurationConsistency {
    static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        let input = ConfigurationKeys.table.input
        let outputs = OutputTopics(prefix: configuration.output.prefix)

        func complain(_ key: any AnyConfigurationKey, _ message: String, suggestion: String? = nil) {
            problems.append(configuration.problem(key, message, suggestion: suggestion))
        }

        if !configuration.input.topics.isEmpty, configuration.input.pattern != nil {
            complain(input.pattern, "is set beside input.topics", suggestion: "keep one of them")
        }
        if let own = configuration.input.topics.first(where: outputs.contains) {
            complain(
                input.topics,
                "names '\(own)', an output topic of Trifid",
                suggestion: "it would read its own output"
            )
        }
        if let pattern = configuration.input.pattern, let own = outputTopic(matching: pattern, outputs) {
            complain(input.pattern, "matches '\(own)', an output topic of Trifid", suggestion: "narrow the pattern")
        }
        if configuration.output.framing == .confluent, configuration.registry.url == nil {
            complain(
                ConfigurationKeys.table.output.framing,
                "needs a schema registry",
                suggestion: "set registry.url, or output.framing: container"
            )
        }
        if let refusal = librdkafkaRefusal(of: configuration.kafka.properties) {
            complain(ConfigurationKeys.table.kafka.properties, refusal)
        } else {
            problems += LimitsConsistency.pollProblems(in: configuration)
        }
        return problems + LimitsConsistency.problems(in: configuration)
    }

    /// What librdkafka has against its properties, in its own words; nil where it takes them. No broker is asked.
    private static func librdkafkaRefusal(of properties: [String: String]) -> String? {
        guard !properties.isEmpty else { return nil }
        // The name of what librdkafka does not know may be the rest of a password: it is not said then.
        if properties.keys.contains(where: KafkaSettings.isSecret),
            properties.keys.contains(where: { !KafkaSettings.isKnown($0) })
        {
            return "has a name that librdkafka does not know; in the environment write a comma of a value as \\,"
        }
        do {
            try KafkaSettings(brokers: "127.0.0.1:1", properties: properties).validate()
            return nil
        } catch {
            var reason = (error as? KafkaError)?.reason ?? "\(error)"
            let shown = SettingChecks.maskProperties(properties)
            for (name, value) in properties where shown[name] != value && !value.isEmpty {
                reason = reason.replacing(value, with: SettingChecks.mask)
            }
            guard let name = (error as? KafkaError)?.subject, let value = shown[name] else {
                return "is refused by librdkafka: \(reason)"
            }
            return "sets '\(name)' to '\(value)', which is refused: \(reason)"
        }
    }

    /// What `trifid run` needs beyond a valid configuration.
    static func problemsForRun(in configuration: Configuration, model: String?) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if configuration.input.topics.isEmpty, configuration.input.pattern == nil {
            problems.append(
                ConfigurationProblem(
                    origin: "configuration",
                    key: "input.topics",
                    "nothing to read",
                    suggestion: "set input.topics or input.pattern (or TRIFID_INPUT_TOPICS)"
                )
            )
        }
        if model == nil {
            problems.append(
                ConfigurationProblem(
                    origin: "configuration",
                    key: "model",
                    "no model is named, and none is installed",
                    suggestion: "set it to a model's folder; `trifid model new --seed 1 DIR` makes one"
                )
            )
        }
        return problems
    }

    private static func outputTopic(matching pattern: String, _ outputs: OutputTopics) -> String? {
        guard let expression = try? TopicPattern(pattern) else { return nil }
        // The nodes of the taxonomy are the model's: one stands for all.
        return outputs.own(nodes: ["SN"]).first(where: expression.matches)
    }
}

extension Configuration {
    /// Checks what `trifid run` needs beyond a valid configuration: an input and a model.
    ///
    /// - Parameter shipped: folder of the model that is taken where none is named.
    /// - Returns: the model's folder.
    /// - Throws: `ConfigurationError` that names all that is missing and how to set it.
    @discardableResult
    package func requireForRun(shipped: String? = nil) throws -> String {
        let model = self.model ?? shipped
        let problems = ConfigurationConsistency.problemsForRun(in: self, model: model)
        guard problems.isEmpty, let folder = model else { throw ConfigurationError(problems) }
        return folder
    }
}

extension Configuration {
    /// Something that is wrong with the value of a key that parses.
    package func problem(
        _ key: any AnyConfigurationKey,
        _ message: String,
        allowed: String? = nil,
        suggestion: String? = nil
    ) -> ConfigurationProblem {
        let source = self.source(of: key)
        var line: Int?
        var origin = source.description
        if case .file(let name, let number) = source { (origin, line) = (name, number) }
        return ConfigurationProblem(
            origin: origin,
            line: line,
            key: key.path,
            value: "'\(shown(key).yamlText)'",
            message,
            allowed: allowed,
            suggestion: suggestion
        )
    }
}
