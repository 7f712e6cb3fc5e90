internal import CZlib
import Ground

/// Gzip files (RFC 1952) put together from pieces: some compressed once and used often, some stored as they are.
///
/// Compressing an image takes far longer than all the rest of a packet. A piece that was compressed by itself, with a
/// full flush at its end, may stand anywhere in a deflate stream (RFC 1951), and its checksum combines with those of
/// its neighbours.
enum Gzip {
    struct Piece: Sendable {
        var compressed: [UInt8]
        var length: Int
        var checksum: UInt32
    }

    static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    /// Compresses a piece; the last one of a file ends the stream.
    static func piece(_ bytes: [UInt8], last: Bool) -> Piece {
        var stream = z_stream()
        deflateInit2_(
            &stream,
            6,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        defer { deflateEnd(&stream) }
        // What cannot be compressed grows by 5 bytes in 16 kB, the flush adds a few more.
        let capacity = Int(deflateBound(&stream, UInt(bytes.count))) + 64
        var source = bytes
        let compressed = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
            source.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(capacity)
                deflate(&stream, last ? Z_FINISH : Z_FULL_FLUSH)
                count = capacity - Int(stream.avail_out)
            }
        }
        return Piece(compressed: compressed, length: bytes.count, checksum: bytes.withUnsafeBytes(CRC32.of))
    }

    /// A file of two pieces, bytes stored as they are (fewer than 65,536), and a last piece.
    static func file(_ first: Piece, _ second: Piece, stored: [UInt8], _ last: Piece) -> [UInt8] {
        let size =
            header.count + first.compressed.count + second.compressed.count + 5 + stored.count
            + last.compressed.count + 8
        var file: [UInt8] = []
        file.reserveCapacity(size)
        file += header
        file += first.compressed
        file += second.compressed
        let length = UInt16(stored.count)
        file += [0, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
        file += stored
        file += last.compressed
        var sum = CRC32.combined(first.checksum, second.checksum, length: second.length)
        sum = CRC32.combined(sum, stored.withUnsafeBytes(CRC32.of), length: stored.count)
        sum = CRC32.combined(sum, last.checksum, length: last.length)
        let total = UInt32(first.length + second.length + stored.count + last.length)
        withUnsafeBytes(of: sum.littleEndian) { file.append(contentsOf: $0) }
        withUnsafeBytes(of: total.littleEndian) { file.append(contentsOf: $0) }
        return file
    }
}
