/// Avro's single-object encoding: C3 01, the fingerprint of the writer's schema (CRC-64-AVRO of its canonical form, eight
/// bytes, the low ones first), the datum.
public struct SingleObjectFrame: Sendable {
    /// Bytes before the datum.
    public static let headerSize = 10

    /// The fingerprint of the writer's schema.
    public let fingerprint: UInt64

    /// Whether `message` starts as a single object does.
    public static func matches(_ message: UnsafeRawBufferPointer) -> Bool {
        message.count >= 2 && message[0] == 0xC3 && message[1] == 0x01
    }

    /// The frame of `message`; the datum is what follows `headerSize` bytes.
    public init(_ message: UnsafeRawBufferPointer) throws(AvroError) {
        guard SingleObjectFrame.matches(message) else {
            throw AvroError(.notAvro, "no single object: it does not start with C3 01", offset: 0)
        }
        guard message.count >= SingleObjectFrame.headerSize else {
            throw AvroError(.truncated, "a single object of \(message.count) bytes", offset: message.count)
        }
        fingerprint = UInt64(littleEndian: message.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
    }

    /// The ten bytes that stand before a datum.
    public static func header(fingerprint: UInt64) -> [UInt8] {
        [0xC3, 0x01] + (0..<8).map { UInt8(truncatingIfNeeded: fingerprint >> (8 * $0)) }
    }
}
