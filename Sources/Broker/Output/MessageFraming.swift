public import Avro
import Foundation

/// Frames encoded annotated alerts as messages: each an object container of its own, or Confluent wire format.
public struct MessageFraming: Sendable {
    private let prefix: [UInt8]
    private let syncMarker: [UInt8]?

    /// The schema of annotated alerts, from the installed `Schemas` folder.
    ///
    /// - Throws: `InstallationError` where the file is not found, `AvroError` where it is no schema.
    public static func annotatedAlertSchema() throws -> AvroSchema {
        let path = try InstalledFiles.schemas() + "/annotated_alert.avsc"
        return try AvroSchema(json: String(contentsOfFile: path, encoding: .utf8))
    }

    /// An object container a message: schema, codec and sync marker are the same bytes in each, so that the producer's
    /// compression folds them over a batch.
    public init(container schema: AvroSchema) throws {
        let marker = (0..<16).map { _ in UInt8.random(in: 0...255) }
        var writer = ObjectContainerWriter(schema: schema, syncMarker: marker)
        prefix = try writer.finish()
        syncMarker = marker
    }

    /// Confluent wire format with a registered schema id.
    public init(confluent schemaId: Int32) {
        prefix = ConfluentFrame.header(schemaId: schemaId)
        syncMarker = nil
    }

    /// Bytes of the message that carries a datum of `size` bytes.
    func size(ofDatum size: Int) -> Int {
        prefix.count + size + (syncMarker == nil ? 0 : 16 + 11)
    }

    /// The message that carries a datum.
    public func message(_ datum: [UInt8]) -> [UInt8] {
        var encoder = AvroEncoder(capacity: prefix.count + datum.count + 40)
        encoder.raw(prefix)
        if let syncMarker {
            encoder.long(1)
            encoder.bytes(datum)
            encoder.raw(syncMarker)
        } else {
            encoder.raw(datum)
        }
        return encoder.bytes
    }
}
