/// Writes object containers to memory.
public struct ObjectContainerWriter: Sendable {
    /// A writer.
    /// - Parameters:
    ///   - syncMarker: 16 bytes; random ones if nil.
    ///   - blockSize: plain bytes after which a block is closed.
    public init(
        schema: AvroSchema,
        codec: BlockCodec = .null,
        metadata: [String: [UInt8]] = [:],
        syncMarker: [UInt8]? = nil,
        blockSize: Int = 64_000
    ) {}

    /// Adds an encoded datum to the container that is being written.
    public mutating func append(_ datum: UnsafeRawBufferPointer) throws(AvroError) {}

    /// Adds an encoded datum to the container that is being written.
    public mutating func append(_ datum: [UInt8]) throws(AvroError) {}

    /// The container with what was appended; the writer then starts the next one.
    public mutating func finish() throws(AvroError) -> [UInt8] { [] }
}
