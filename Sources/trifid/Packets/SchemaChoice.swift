import Avro
import Broker
import Service

/// The schema registry that a configuration describes.
enum SchemaChoice {
    /// The registry by HTTP where there is one, with known schemas of a folder behind it: the configuration's, else ours.
    static func registry(_ configuration: Configuration) throws -> any SchemaRegistry {
        let known = try FolderSchemaRegistry(configuration.registry.schemas ?? InstalledFiles.schemas())
        guard let url = configuration.registry.url else { return known }
        return try HTTPSchemaRegistry(url: url, fallback: known)
    }
}
