import Broker
import Ground
import Service
import Settings

/// `trifid config`
struct ConfigCommand: CommandGroup {
    static let name = "config"
    static let summary = "Check and show the configuration"
    static let discussion = """
        The configuration is one YAML file, overridden by environment variables (TRIFID_ and the key in upper case, \
        joined by _: TRIFID_KAFKA_BROKERS), overridden by --set.
        """
    static let examples = ["trifid config check --config Config/trifid.yaml"]
    static let subcommands: [any Command.Type] = [
        ConfigCheckCommand.self, ConfigShowCommand.self, ConfigKeysCommand.self,
    ]
}

/// `trifid config check`
struct ConfigCheckCommand: Command {
    static let name = "check"
    static let summary = "Tell everything that is wrong with a configuration"
    static let discussion = """
        Each problem names the key, the line, the value and what is allowed. Exit status 0 when the configuration can \
        be used, 3 otherwise.
        """
    static let examples = ["trifid config check --config trifid.yaml"]

    let options = ConfigurationOptions()

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        var loader = ConfigurationLoader(check: AnnotationSettings.problems)
        let file = options.effectiveFile
        loader.loadAll(file: file, environment: Environment.variables, assignments: options.assignments)
        let errors = loader.problems.filter { $0.severity == .error }
        if json {
            StandardOutput.print(
                [
                    "file": .optional(file), "valid": .bool(errors.isEmpty),
                    "problems": .array(loader.problems.map(\.json)),
                ]
            )
        } else {
            for problem in loader.problems { StandardError.print(problem.description) }
            if errors.isEmpty {
                StandardOutput.print("\(file ?? "defaults and environment"): valid")
            } else {
                StandardError.print("\(errors.count) \(errors.count == 1 ? "error" : "errors")")
            }
        }
        return errors.isEmpty ? .done : .refused
    }
}

/// `trifid config show`
struct ConfigShowCommand: Command {
    static let name = "show"
    static let summary = "Print every key's effective value and where it comes from"
    static let discussion = "Secrets are masked: passwords in URLs and in kafka.properties."
    static let examples = ["TRIFID_KAFKA_GROUP=test trifid config show --config trifid.yaml"]

    let options = ConfigurationOptions()

    @Flag("--json", "Print one JSON object: a member for each key, with value and source.")
    var json: Bool

    func run() throws -> ExitStatus {
        let configuration = try options.load()
        let rows = ConfigurationKeys.all.map { key in
            (key.path, configuration.shown(key), configuration.source(of: key))
        }
        if json {
            StandardOutput.print(
                .object(
                    rows.map { path, value, source in
                        JSONValue.Member(path, ["value": value.json, "source": .string(source.description)])
                    }
                )
            )
            return .done
        }
        let style = TerminalStyle(for: 1)
        for (path, value, source) in rows {
            let line = "\(path): \(value.yamlText)"
            let padding = String(repeating: " ", count: max(2, 64 - line.count))
            StandardOutput.print(
                source == .defaultValue ? style.dim(line + padding + "# default") : "\(line)\(padding)# \(source)"
            )
        }
        return .done
    }
}

/// `trifid config keys`
struct ConfigKeysCommand: Command {
    static let name = "keys"
    static let summary = "Explain every key: default, what is allowed, environment variable"
    static let examples = ["trifid config keys --yaml > trifid.yaml"]

    @Flag("--yaml", "Print a configuration file with every key commented.")
    var yaml: Bool

    @Flag("--json", "Print one JSON array.")
    var json: Bool

    func run() throws -> ExitStatus {
        if yaml {
            StandardOutput.write(ConfigurationText.commentedDefaults)
        } else if json {
            StandardOutput.print(
                .array(
                    ConfigurationKeys.all.map { key in
                        [
                            "key": .string(key.path), "default": key.defaultJSON, "allowed": .string(key.allowed),
                            "environment": .string(key.environmentVariable), "help": .string(key.documentation),
                        ]
                    }
                )
            )
        } else {
            let style = TerminalStyle(for: 1)
            for key in ConfigurationKeys.all {
                StandardOutput.print(style.bold(key.path))
                for line in ConfigurationText.wrap(key.documentation, width: 96) { StandardOutput.print("    \(line)") }
                StandardOutput.print("    Default: \(key.defaultText)")
                for line in ConfigurationText.wrap("Allowed: \(key.allowed)", width: 96) {
                    StandardOutput.print("    \(line)")
                }
                StandardOutput.print("    Environment: \(key.environmentVariable)\n")
            }
        }
        return .done
    }
}
