package import Avro
import Foundation
import Ground

/// Frames encoded annotated alerts as messages: each an object container of its own, or Confluent wire format. A datum of
/// an older version of the schema is framed by that version.
package struct MessageFraming: Sendable {
    private enum Frame: Sendable {
        /// The containers' headers and sync markers by version.
        case container([AnnotatedAlertVersion: (header: [UInt8], syncMarker: [UInt8])])
        /// The id of the current version, and what registers an older one.
        case confluent(id: Int32, older: @Sendable (AnnotatedAlertVersion) throws -> Int32)
    }

    private let frame: Frame
    /// Bytes that a message has beside its datum at the most, by the current version.
    let overhead: Int

    /// The schema of annotated alerts that this build writes, from the installed `Schemas` folder.
    ///
    /// - Throws: `InstallationError` where the file is not found, `AvroError` where it is no schema.
    package static func annotatedAlertSchema() throws -> AvroSchema {
        try AnnotatedAlertVersion.current.schema()
    }

    /// An object container a message: schema, codec and sync marker are the same bytes in each, so that the producer's
    /// compression folds them over a batch, and the message of a datum is the same whenever it is made.
    ///
    /// - Throws: `InstallationError` or `AvroError` where the schemas are not found.
    package init() throws {
        var frames: [AnnotatedAlertVersion: (header: [UInt8], syncMarker: [UInt8])] = [:]
        for version in AnnotatedAlertVersion.allCases {
            let schema = try version.schema()
            let marker = Self.syncMarker(of: schema)
            var writer = ObjectContainerWriter(schema: schema, syncMarker: marker)
            frames[version] = (try writer.finish(), marker)
        }
        frame = .container(frames)
        // Number and length of the datum are a byte and ten at the most; the marker follows.
        overhead = (frames[.current]?.header.count ?? 0) + 11 + 16
    }

    /// Confluent wire format.
    ///
    /// - Parameters:
    ///   - schemaId: the registered id of the current version.
    ///   - older: registers an older version when something that was stored under it goes out.
    package init(confluent schemaId: Int32, older: @escaping @Sendable (AnnotatedAlertVersion) throws -> Int32) {
        frame = .confluent(id: schemaId, older: older)
        overhead = ConfluentFrame.headerSize
    }

    /// The first half of the SHA-256 of the schema's text: as unlikely in a datum as a random one.
    static func syncMarker(of schema: AvroSchema) -> [UInt8] {
        var text = schema.description
        let digest = text.withUTF8 { SHA256.hexadecimal(UnsafeRawBufferPointer($0)) }
        return stride(from: 0, to: 32, by: 2).map { place in
            UInt8(digest.dropFirst(place).prefix(2), radix: 16) ?? 0
        }
    }

    /// Bytes of the message that carries a datum of `size` bytes, at the most.
    func size(ofDatum size: Int) -> Int { overhead + size }

    /// The message that carries a datum.
    ///
    /// - Throws: what registers an older version throws.
    package func message(_ datum: [UInt8], version: AnnotatedAlertVersion = .current) throws -> [UInt8] {
        var encoder = AvroEncoder(capacity: datum.count + overhead + 16)
        switch frame {
        case .container(let frames):
            guard let (header, syncMarker) = frames[version] else { return [] }
            encoder.raw(header)
            encoder.long(1)
            encoder.bytes(datum)
            encoder.raw(syncMarker)
        case .confluent(let id, let older):
            encoder.raw(ConfluentFrame.header(schemaId: version == .current ? id : try older(version)))
            encoder.raw(datum)
        }
        return encoder.bytes
    }
}
