/// Every setting of Trifid, declared once. The order here is the order of `Config/trifid.yaml`.
///
/// To add a setting, add a line to a section; nothing else has to change.
package struct ConfigurationKeys: Sendable {
    /// The one table.
    package static let table = ConfigurationKeys()

    /// Kafka cluster and this worker's place in it.
    package let kafka = KafkaKeys()
    /// What is read.
    package let input = InputKeys()
    /// What is written.
    package let output = OutputKeys()
    /// Database.
    package let postgres = PostgresKeys()
    /// Schema registry.
    package let registry = RegistryKeys()
    /// Folder of the model.
    package let model = ConfigurationKey<String?>(
        "model",
        default: nil,
        allowed: "path of a folder",
        """
        Folder of the model that annotates: model.json, weights.safetensors, reference embeddings. Without it the one \
        that is shipped, Config/models/sky. `trifid finetune` makes one of your own data.
        """
    )
    /// What is said of an alert.
    package let annotation = AnnotationKeys()
    /// Size of the unit of work.
    package let batch = BatchKeys()
    /// Threads.
    package let workers = WorkersKeys()
    /// Bounds on time.
    package let limits = LimitsKeys()
    /// HTTP server.
    package let http = HTTPKeys()
    /// Log.
    package let log = LogKeys()
}

/// A group of settings.
package protocol ConfigurationSection: Sendable {
    /// Path in the file, as `kafka`.
    static var path: String { get }
    /// What the group is for: one sentence.
    static var documentation: String { get }
}
