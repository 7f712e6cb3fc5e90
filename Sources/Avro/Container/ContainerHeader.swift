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

    static let magic: [UInt8] = [0x4F, 0x62, 0x6A, 1]
    static let syncMarkerSize = 16
    static let schemaKey = "avro.schema"
    static let codecKey = "avro.codec"

    /// Whether `message` starts as an object container does.
    public static func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        message.count >= 4 && message[0] == 0x4F && message[1] == 0x62 && message[2] == 0x6A && message[3] == 1
    }

    /// Parses the header at the start of `container`.
    /// - Throws: `AvroError` with the offset in the container.
    public init(_ container: UnsafeRawBufferPointer, limits: AvroLimits = AvroLimits()) throws(AvroError) {
        try self.init(try ContainerMetadata(container, limits), limits)
    }

    init(_ found: ContainerMetadata, _ limits: AvroLimits) throws(AvroError) {
        guard let text = found.entries[ContainerHeader.schemaKey] else {
            throw AvroError(.corrupt, "a container without avro.schema", offset: 0)
        }
        let name = found.entries[ContainerHeader.codecKey].map { String(decoding: $0, as: UTF8.self) } ?? "null"
        guard let codec = BlockCodec(rawValue: name.isEmpty ? "null" : name) else {
            throw AvroError(
                .unsupportedCodec,
                "the container codec '\(name.prefix(40))' is not read here",
                advice: "write it with null, deflate, snappy or zstandard"
            )
        }
        schema = try AvroSchema(json: text, limits: limits)
        self.codec = codec
        metadata = found.entries.filter { $0.key != ContainerHeader.schemaKey && $0.key != ContainerHeader.codecKey }
        size = found.size
    }
}

/// The metadata of a container before its schema is looked at.
struct ContainerMetadata {
    /// Values by key.
    let entries: [String: [UInt8]]
    /// Bytes before the sync marker.
    let size: Int

    init(_ container: UnsafeRawBufferPointer, _ limits: AvroLimits) throws(AvroError) {
        guard ContainerHeader.matches(container) else {
            throw AvroError(
                .notAvro,
                "no Avro object container: it does not start with 'Obj' and 1",
                offset: 0
            )
        }
        var reader = DatumReader(container, limits: limits)
        var entries: [String: [UInt8]] = [:]
        var count = 0
        _ = try reader.raw(ContainerHeader.magic.count)
        reader.path = ["header"]
        try reader.items(mayBeEmpty: false) { (reader) throws(AvroError) in
            count += 1
            guard count <= limits.metadataEntries else {
                throw reader.failure(.tooLarge, "more than \(limits.metadataEntries) entries")
            }
            let key = String(decoding: try reader.lengthAndBytes(), as: UTF8.self)
            entries[key] = [UInt8](try reader.lengthAndBytes())
        }
        size = reader.offset
        _ = try reader.raw(ContainerHeader.syncMarkerSize)
        self.entries = entries
    }
}
