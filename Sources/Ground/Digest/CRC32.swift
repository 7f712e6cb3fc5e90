internal import CZlib

/// The CRC-32 of zlib, gzip, PNG and Avro's snappy blocks.
public enum CRC32 {
    /// The checksum of some bytes.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    /// The checksum of two stretches of bytes, one after the other, from theirs.
    ///
    /// - Parameter length: bytes of the second.
    public static func combined(_ first: UInt32, _ second: UInt32, length: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), length))
    }
}
