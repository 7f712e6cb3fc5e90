/// A message of one datum that names its writer's schema: Confluent's wire format, or Avro's single-object encoding.
public struct FramedDatum: Sendable {
    /// What a message names its schema by.
    public enum SchemaKey: Hashable, Sendable, CustomStringConvertible {
        /// The id in a Confluent registry.
        case id(Int32)
        /// The CRC-64-AVRO of the canonical form.
        case fingerprint(UInt64)

        /// The id in decimal, or the fingerprint in hexadecimal digits.
        public var description: String {
            switch self {
            case .id(let id): "\(id)"
            case .fingerprint(let fingerprint): "0x" + String(fingerprint, radix: 16)
            }
        }
    }

    /// What the message names its schema by.
    public let key: SchemaKey
    /// Bytes before the datum, which goes to the message's end.
    public let headerSize: Int

    /// Whether `message` starts as one of the two does.
    public static func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        ConfluentFrame.matches(message) || SingleObjectFrame.matches(message)
    }

    /// The frame of a message.
    /// - Throws: `AvroError` `notAvro` if it has neither, `truncated` if the message ends inside the frame.
    public init(_ message: UnsafeRawBufferPointer) throws(AvroError) {
        if SingleObjectFrame.matches(message) {
            key = .fingerprint(try SingleObjectFrame(message).fingerprint)
            headerSize = SingleObjectFrame.headerSize
        } else {
            key = .id(try ConfluentFrame(message).schemaId)
            headerSize = ConfluentFrame.headerSize
        }
    }
}

extension SchemaRegistry {
    /// The schema that a message names.
    /// - Throws: `AvroError`, as `schema(id:)` and `schema(fingerprint:)` do.
    public func schema(_ key: FramedDatum.SchemaKey) throws(AvroError) -> AvroSchema {
        switch key {
        case .id(let id): try schema(id: id)
        case .fingerprint(let fingerprint): try schema(fingerprint: fingerprint)
        }
    }
}
