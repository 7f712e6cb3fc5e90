/// Writes object containers to memory. The schema goes in as it was written: doc, defaults, logical types and all.
public struct ObjectContainerWriter: Sendable {
    private let codec: BlockCodec
    private let syncMarker: [UInt8]
    private let blockSize: Int
    private let header: [UInt8]
    private var output: [UInt8] = []
    private var block: [UInt8] = []
    private var count = 0

    /// A writer.
    /// - Parameters:
    ///   - metadata: more metadata; keys that start with `avro.` are reserved.
    ///   - syncMarker: 16 bytes; random ones if nil.
    ///   - blockSize: plain bytes after which a block is closed.
    public init(
        schema: AvroSchema,
        codec: BlockCodec = .null,
        metadata: [String: [UInt8]] = [:],
        syncMarker: [UInt8]? = nil,
        blockSize: Int = 64_000
    ) {
        let marker = syncMarker ?? (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        precondition(marker.count == ContainerHeader.syncMarkerSize, "a sync marker has 16 bytes")
        self.codec = codec
        self.syncMarker = marker
        self.blockSize = blockSize
        var encoder = AvroEncoder()
        encoder.raw(ContainerHeader.magic)
        let reserved: [(key: String, value: [UInt8])] = [
            (ContainerHeader.schemaKey, [UInt8](schema.description.utf8)),
            (ContainerHeader.codecKey, [UInt8](codec.rawValue.utf8)),
        ]
        let others = metadata.filter { !$0.key.hasPrefix("avro.") }.sorted { $0.key < $1.key }
        encoder.array(reserved + others) { entry, encoder in
            encoder.string(entry.key)
            encoder.bytes(entry.value)
        }
        encoder.raw(marker)
        header = encoder.bytes
    }

    /// Adds an encoded datum to the container that is being written.
    public mutating func append(_ datum: UnsafeRawBufferPointer) throws(AvroError) {
        block.append(contentsOf: datum)
        count += 1
        if block.count >= blockSize { try closeBlock() }
    }

    /// Adds an encoded datum to the container that is being written.
    public mutating func append(_ datum: [UInt8]) throws(AvroError) {
        block.append(contentsOf: datum)
        count += 1
        if block.count >= blockSize { try closeBlock() }
    }

    /// The container with what was appended; the writer then starts the next one.
    public mutating func finish() throws(AvroError) -> [UInt8] {
        try closeBlock()
        let container = output.isEmpty ? header : output
        output = []
        return container
    }

    private mutating func closeBlock() throws(AvroError) {
        guard count > 0 else { return }
        let compressed = try BlockCompressor.compress(block, codec)
        if output.isEmpty {
            output.reserveCapacity(header.count + compressed.count + 36)
            output += header
        }
        var head = AvroEncoder()
        head.long(Int64(count))
        head.long(Int64(compressed.count))
        output += head.bytes
        output += compressed
        output += syncMarker
        block.removeAll(keepingCapacity: true)
        count = 0
    }
}
