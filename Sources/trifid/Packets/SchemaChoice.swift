import Avro
import Broker
import Service
import Settings
import Sky

/// The schema registry that a configuration describes.
enum SchemaChoice {
    /// The registry by HTTP where there is one, with known schemas of a folder behind it: the configuration's, else ours.
    static func registry(_ configuration: Configuration) throws -> any SchemaRegistry {
        let known = try FolderSchemaRegistry(configuration.registry.schemas ?? InstalledFiles.schemas())
        guard let url = configuration.registry.url else { return known }
        return try HTTPSchemaRegistry(url: url, fallback: known)
    }
}

extension SchemaChoice {
    /// How annotated alerts are framed; with Confluent framing the schema is registered first.
    static func framing(_ configuration: Configuration) throws -> MessageFraming {
        switch configuration.output.framing {
        case .container: return try MessageFraming()
        case .confluent:
            guard let url = configuration.registry.url else {
                throw CommandFailure(.refused, "output.framing is confluent, but registry.url is not set")
            }
            let subject = "\(OutputTopics(prefix: configuration.output.prefix).alerts)-value"
            @Sendable func register(_ version: AnnotatedAlertVersion) throws -> Int32 {
                try HTTPSchemaRegistry(url: url).register(version.schema(), subject: subject)
            }
            return MessageFraming(confluent: try register(.current), older: register)
        }
    }
}
