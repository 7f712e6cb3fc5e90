import Broker
import Service
import Settings

/// `--config` and `--set`, for every command that uses the configuration.
struct ConfigurationOptions: ArgumentGroup {
    @Option(
        "--config",
        short: "-c",
        "FILE",
        "Configuration file (YAML). Else the file that TRIFID_CONFIG names, if any."
    )
    var file: String?

    @Option("--set", "KEY=VALUE", "Override a key, as kafka.group=test.")
    var assignments: [String]

    /// The file that counts.
    var effectiveFile: String? { file ?? Environment.variables["TRIFID_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The configuration; warnings go to standard error.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    func load() throws -> Configuration {
        let (configuration, warnings) = try ConfigurationLoader.load(
            file: effectiveFile,
            environment: Environment.variables,
            assignments: assignments,
            check: AnnotationSettings.problems
        )
        for warning in warnings { StandardError.print("trifid: \(warning)") }
        return configuration
    }
}
