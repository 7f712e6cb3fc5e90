/// Confluent's wire format: a zero byte, the schema's id as four bytes (big-endian), the datum.
public struct ConfluentFrame: Sendable {
    /// Bytes before the datum.
    public static let headerSize = 5

    /// The id of the writer's schema in the registry.
    public let schemaId: Int32

    /// Whether `message` starts as a framed message does.
    public static func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        message.first == 0
    }

    /// The frame of `message`; the datum is what follows `headerSize` bytes.
    public init(_ message: UnsafeRawBufferPointer) throws(AvroError) {
        guard message.first == 0 else {
            throw AvroError(.notAvro, "no Confluent frame: the first byte is not 0", offset: 0)
        }
        guard message.count >= ConfluentFrame.headerSize else {
            throw AvroError(.truncated, "a Confluent frame of \(message.count) bytes", offset: message.count)
        }
        schemaId = Int32(bigEndian: message.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    }

    /// The five bytes that stand before a datum.
    public static func header(schemaId: Int32) -> [UInt8] {
        let id = UInt32(bitPattern: schemaId)
        return [0, UInt8(id >> 24), UInt8(id >> 16 & 0xFF), UInt8(id >> 8 & 0xFF), UInt8(id & 0xFF)]
    }
}
