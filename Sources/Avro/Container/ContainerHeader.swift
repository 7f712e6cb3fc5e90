/// The header of an object container file: magic, metadata, sync marker.
public struct ContainerHeader: Sendable {
    /// The writer's schema.
    public let schema: AvroSchema
    /// How the blocks are compressed.
    public let codec: BlockCodec
    /// All metadata but the schema and the codec.
    public let metadata: [String: [UInt8]]
    /// Bytes before the sync marker; the first block starts 16 bytes later.
    public let size: Int

    /// Whether `message` starts as an object container does.
    public static func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        message.count >= 4 && message[0] == 0x4F && message[1] == 0x62 && message[2] == 0x6A && message[3] == 1
    }

    /// Parses the header at the start of `container`.
    public init(_ container: UnsafeRawBufferPointer) throws(AvroError) {
        throw AvroError(.notAvro, "not written yet")
    }
}
