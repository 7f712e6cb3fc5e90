import Ground
import Testing

@testable import Service
@testable import Settings

/// What a loader makes of a YAML text, an environment and assignments.
private func load(
    _ yaml: String = "",
    environment: [String: String] = [:],
    assignments: [String] = []
) -> ConfigurationLoader {
    var loader = ConfigurationLoader()
    loader.load(yaml: Array(yaml.utf8), named: "t.yaml")
    loader.loadAll(file: nil, environment: environment, assignments: assignments)
    return loader
}

@Suite struct ConfigurationTests {
    @Test func theDefaultsHoldWhereNobodySetsAnything() {
        let configuration = load().configuration
        for key in ConfigurationKeys.all {
            #expect(configuration.source(of: key) == .defaultValue)
            #expect(configuration.shown(key).yamlText == key.masked(key.anyDefault).yamlText)
        }
        #expect(configuration.kafka.brokers == ["localhost:9092"])
        #expect(configuration.input.from == .earliest)
        #expect(configuration.model == nil)
        #expect(configuration.annotation.bogusBelow.drb == 0.5)
        #expect(configuration.http.listen == ListenAddress(host: "127.0.0.1", port: 8080))
    }

    @Test func everyDefaultPassesItsOwnChecks() throws {
        for key in ConfigurationKeys.all {
            let node = try #require(try YAMLParser.parse(Array(key.defaultText.utf8)), "\(key.path)")
            #expect(try key.parse(node).yamlText == key.defaultText, "\(key.path)")
        }
    }

    @Test func everyKeyIsInTheTableOnceAndInItsSection() {
        let paths = ConfigurationKeys.all.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(Set(ConfigurationKeys.all.map(\.environmentVariable)).count == paths.count)
        for required in [
            "kafka.brokers", "kafka.group", "kafka.worker", "kafka.properties", "input.topics", "input.pattern",
            "input.from", "input.framing", "output.prefix", "output.framing", "output.cutouts", "postgres.url",
            "registry.url", "registry.schemas", "model", "http.listen",
        ] {
            #expect(ConfigurationKeys.key(required) != nil, "\(required)")
        }
        func check(_ items: [ConfigurationKeys.Item], prefix: String) {
            for item in items {
                switch item {
                case .key(let key): #expect(key.path == prefix + key.name)
                case .section(let path, _, let inner):
                    #expect(path.hasPrefix(prefix))
                    check(inner, prefix: path + ".")
                }
            }
        }
        check(ConfigurationKeys.items, prefix: "")
    }

    @Test func theFileSetsValuesAndRemembersItsLines() {
        let loader = load(
            """
            kafka:
              brokers: [a:9092, "b:9093"]
              properties:
                security.protocol: SASL_SSL
                sasl.mechanism: PLAIN
                sasl.username: user
                sasl.password: secret
            input:
              pattern: ^ztf_.*$
              from: 2026-11-25T00:00:00Z
            http:
              listen: null
            batch: {alerts: 10, wait: 2s}
            limits:
            """
        )
        #expect(loader.problems.isEmpty)
        let configuration = loader.configuration
        #expect(configuration.kafka.brokers == ["a:9092", "b:9093"])
        #expect(configuration.kafka.properties["security.protocol"] == "SASL_SSL")
        #expect(configuration.input.pattern == "^ztf_.*$")
        #expect(configuration.input.from == .time(UTCTime(milliseconds: 1_795_564_800_000)))
        #expect(configuration.http.listen == nil)
        #expect(configuration.batch.alerts == 10)
        #expect(configuration.batch.wait == .seconds(2))
        #expect(configuration.source(of: ConfigurationKeys.table.kafka.brokers) == .file("t.yaml", line: 2))
        #expect(configuration.source(of: ConfigurationKeys.table.batch.wait) == .file("t.yaml", line: 13))
    }

    @Test func environmentOverridesTheFileAndTheCommandLineBoth() {
        let loader = load(
            "kafka: {group: file, worker: file, brokers: f:1}\n",
            environment: [
                "TRIFID_KAFKA_GROUP": "environment", "TRIFID_KAFKA_WORKER": "environment",
                "TRIFID_KAFKA_BROKERS": "a:9092, b:9093", "TRIFID_KAFKA_PROPERTIES": "linger.ms=5,client.rack=a\\,b",
                "TRIFID_ANNOTATION_BOGUSBELOW_RB": "0.25", "TRIFID_HTTP_LISTEN": "",
                "TRIFID_INPUT_TOPICS": "", "PATH": "/bin",
            ],
            assignments: ["kafka.group=command"]
        )
        #expect(loader.problems.isEmpty)
        let configuration = loader.configuration
        #expect(configuration.kafka.group == "command")
        #expect(configuration.source(of: ConfigurationKeys.table.kafka.group) == .commandLine)
        #expect(configuration.kafka.worker == "environment")
        #expect(
            configuration.source(of: ConfigurationKeys.table.kafka.worker) == .environment("TRIFID_KAFKA_WORKER")
        )
        #expect(configuration.kafka.brokers == ["a:9092", "b:9093"])
        #expect(configuration.kafka.properties == ["linger.ms": "5", "client.rack": "a,b"])
        #expect(configuration.annotation.bogusBelow.rb == 0.25)
        #expect(configuration.http.listen == nil)
        #expect(configuration.input.topics.isEmpty)
    }

    @Test func variablesOfAKnownSectionWithoutAKeyAreWarnedOf() {
        let loader = load(environment: ["TRIFID_KAFKA_BROKER": "a:1", "TRIFID_SHARED": "/x", "TRIFID": "/y"])
        #expect(loader.problems.map(\.severity) == [.warning])
        #expect(loader.problems.first?.description.contains("did you mean TRIFID_KAFKA_BROKERS?") == true)
    }

    @Test func allProblemsAreCollectedWithLineValueAndWhatIsAllowed() {
        let loader = load(
            """
            kafka:
              broker: [a:1]
              group: "a b"
            input:
              from: yesterday
              framing: avro
            batch:
              alerts: 0
              wait: 10
            brokers: x
            http: {listen: 8080}
            """
        )
        #expect(
            loader.problems.map(\.description) == [
                "t.yaml:2: kafka.broker: there is no such key; did you mean kafka.brokers?",
                "t.yaml:3: kafka.group: 'a b' has the character ' '; allowed: 1 to 200 of the characters a-z, A-Z, 0-9, "
                    + "'.', '_', '-'",
                "t.yaml:5: input.from: 'yesterday' is not earliest, latest or a time as 2026-11-25T00:00:00Z; "
                    + "allowed: earliest, latest or a time as 2026-11-25T00:00:00Z",
                "t.yaml:6: input.framing: 'avro' is not one of auto, container, confluent, single-object; "
                    + "allowed: one of auto, container, confluent, single-object",
                "t.yaml:8: batch.alerts: '0' is out of range; allowed: 1 to 10000",
                "t.yaml:9: batch.wait: '10' is not a time span as 250ms, 30s, 5m or 2h; allowed: 0ms to 1m",
                "t.yaml:10: brokers: there is no such key; did you mean kafka.brokers?",
                "t.yaml:11: http.listen: '8080' is not host:port, [ipv6]:port or :port; "
                    + "allowed: host:port, [ipv6]:port, :port for every address, or null for no server",
            ]
        )
    }

    @Test(
        arguments: [
            ("kafka: [1]\n", "is not a section"),
            ("kafka: 5\n", "is not a section"),
            ("- a\n", "mapping"),
            ("kafka: {brokers: []}\n", "is empty"),
            ("kafka: {brokers: [localhost]}\n", "'localhost', which is not host:port"),
            ("kafka: {brokers: [[a]]}\n", "is not a text"),
            ("kafka: {group: [a]}\n", "is not a text"),
            ("kafka: {group: }\n", "is not a text"),
            ("kafka: {properties: {group.id: x}}\n", "set kafka.group instead"),
            ("kafka: {properties: {acks: \"0\"}}\n", "keep its promise"),
            ("kafka: {properties: [a]}\n", "is not a mapping"),
            (
                "kafka: {properties: {lingr.ms: \"5\"}}\n",
                "sets 'lingr.ms' to '5', which is refused: No such configuration property"
            ),
            ("kafka: {properties: {linger.ms: soon}}\n", "sets 'linger.ms' to 'soon', which is refused: Invalid value"),
            ("kafka: {properties: {max.poll.interval.ms: 1000}}\n", "is refused by librdkafka"),
            (
                "kafka: {properties: {partition.assignment.strategy: cooperative-sticky}}\n",
                "only the eager assignors range and roundrobin"
            ),
            (
                "kafka: {properties: {max.in.flight.requests.per.connection: 5}}\n",
                "sets 'max.in.flight.requests.per.connection' to '5', which is refused: must be 1"
            ),
            ("output: {cutouts: maybe}\n", "true or false"),
            ("output: {framing: confluent}\n", "needs a schema registry"),
            ("input: {pattern: ztf.*}\n", "does not begin with ^"),
            ("input: {pattern: \"^(\"}\n", "is not a POSIX extended regular expression"),
            ("input: {pattern: \"^trifid.*\"}\n", "an output topic of Trifid"),
            ("input: {pattern: \"^.*\"}\n", "an output topic of Trifid"),
            ("input: {topics: [a, trifid.alerts]}\n", "an output topic of Trifid"),
            ("input: {topics: [a, a]}\n", "twice"),
            ("input: {topics: a, pattern: ^b}\n", "keep one of them"),
            ("postgres: {url: mysql://x}\n", "a URL of something else"),
            ("registry: {url: ftp://x}\n", "not an HTTP URL"),
            ("annotation: {coneRadius: .nan}\n", "is not a number"),
            ("annotation: {bogusBelow: {drb: 1.5}}\n", "allowed: 0 to 1"),
            ("annotation: {bogusBelow: 0.5}\n", "is not a section"),
            ("batch: {bytes: 1KiB}\n", "1MiB"),
            ("batch: {bytes: 99999999999999GiB}\n", "amount of memory"),
        ]
    )
    func aWrongValueIsRefused(yaml: String, fragment: String) throws {
        let problems = load(yaml).problems
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.severity == .error)
        #expect(problem.line == 1)
        #expect(problem.description.contains(fragment), "\(problem)")
    }

    @Test func runNeedsAnInputAndAModel() throws {
        let error = #expect(throws: ConfigurationError.self) { try load().configuration.requireForRun() }
        #expect(error?.problems.map(\.key) == ["input.topics", "model"])
        let folder = try load("input: {topics: a}\nmodel: m\n").configuration.requireForRun()
        #expect(folder == "m")
    }

    @Test func aFileThatIsNotThereIsAProblemOfItsOwn() {
        var loader = ConfigurationLoader()
        loader.load(file: "/nonexistent/trifid.yaml")
        #expect(loader.problems.first?.description.contains("No such file") == true)
        loader.load(file: "/")
        #expect(loader.problems.last?.description.contains("directory") == true)
    }

    @Test func secretsAreMaskedInWhatIsShownAndInProblems() {
        let table = ConfigurationKeys.table
        let loader = load(
            """
            kafka: {properties: {sasl.password: hunter2, ssl.key.password: hunter2, sasl.username: u}}
            postgres: {url: "postgresql://u:hunter2@h/d?sslpassword=hunter2&connect_timeout=1"}
            registry: {url: "https://u:hunter2@h/p"}
            """
        )
        #expect(loader.problems.isEmpty)
        for key in ConfigurationKeys.all {
            #expect(!loader.configuration.shown(key).yamlText.contains("hunter2"), "\(key.path)")
            #expect(!loader.configuration.shown(key).json.line.contains("hunter2"), "\(key.path)")
        }
        #expect(loader.configuration.shown(table.kafka.properties).yamlText.contains("sasl.username: u"))
        #expect(
            loader.configuration.shown(table.postgres.url).yamlText
                == "\"postgresql://u:********@h/d?connect_timeout=1&sslpassword=********\""
        )
        #expect(loader.configuration.postgres.url.contains("hunter2"))
        let wrong = load(
            """
            postgres: {url: "mysql://u:hunter2@h/d"}
            registry: {url: "u:hunter2@h"}
            kafka: {properties: "sasl.password=hunter2"}
            """,
            environment: ["TRIFID_KAFKA_PROPERTIES": "sasl.password=a,hunter2"]
        )
        #expect(wrong.problems.count == 4)
        let refused = load("kafka: {properties: {security.protocol: SSL, ssl.key.pem: hunter2}}\n")
        #expect(refused.problems.count == 1)
        for problem in wrong.problems + refused.problems {
            #expect(!problem.json.line.contains("hunter2"), "\(problem)")
        }
    }

    /// `%` opens no escape, `\` needs one, and what is printed reads back as it was.
    @Test(arguments: [
        "a", "null", "1", "", "true", "a b", "a: b", "#x", "'q'", "\"q\"", "é", "a\nb", "-", "[x]", "@y", "5m",
    ])
    func aTextReadsBackAsItIsPrinted(text: String) throws {
        let node = try #require(try YAMLParser.parse(Array(("k: " + text.yamlText).utf8)))
        guard case .mapping(let entries) = node.content, let value = entries.first?.value else {
            Issue.record("not a mapping")
            return
        }
        #expect(try String(value) == text)
    }
}
