public import Avro
import Foundation
import Tensor

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
    /// compression folds them over a batch, and the message of a datum is the same whenever it is made.
    public init(container schema: AvroSchema) throws {
        let marker = Self.syncMarker(of: schema)
        var writer = ObjectContainerWriter(schema: schema, syncMarker: marker)
        prefix = try writer.finish()
        syncMarker = marker
    }

    /// The first half of the SHA-256 of the schema's text: as unlikely in a datum as a random one.
    static func syncMarker(of schema: AvroSchema) -> [UInt8] {
        var text = schema.description
        let digest = text.withUTF8 { SHA256.hexadecimal(UnsafeRawBufferPointer($0)) }
        return stride(from: 0, to: 32, by: 2).map { place in
            UInt8(digest.dropFirst(place).prefix(2), radix: 16) ?? 0
        }
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
