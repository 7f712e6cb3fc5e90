import Avro
import Broker
import Service
import Settings

/// `--schemas` and `--registry`, for commands that read Confluent-framed packets without a configuration.
struct SchemaOptions: ArgumentGroup {
    @Option(
        "--schemas",
        "DIR",
        "Folder of schemas for Confluent-framed packets; the id of an LSST schema is major * 100 + minor. Else ours."
    )
    var folder: String?

    @Option("--registry", "URL", "Schema registry for Confluent-framed packets, asked before the folder.")
    var url: String?

    /// The registry that these options describe: by default the schemas that Trifid is installed with.
    func registry() throws -> any SchemaRegistry {
        let known = try FolderSchemaRegistry(folder ?? InstalledFiles.schemas())
        guard let url else { return known }
        // The URL may hold a password: it is not repeated.
        if let complaint = RegistryURL.complaint(about: url) {
            throw UsageError(message: "--registry: the URL \(complaint)", advice: "give one like http://host:8081")
        }
        return try HTTPSchemaRegistry(url: url, fallback: known)
    }
}
