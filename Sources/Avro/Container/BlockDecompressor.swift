import CSnappy
import CZlib
import CZstd

/// Decompresses the blocks of containers into memory of its own, which it keeps for the next block.
final class BlockDecompressor {
    /// fastavro cuts the header off a zlib stream and leaves (part of) its checksum behind the data.
    private static let checksumSize = 4

    /// Bytes that are kept for the next block; more is given back.
    private static let keptSize = 16 << 20
    private static let smallestSize = 1 << 16

    private let maximum: Int
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: smallestSize, alignment: 16)
    private var inflater: UnsafeMutablePointer<z_stream>?
    private var zstandard: OpaquePointer?

    /// A decompressor that refuses blocks of more than `maximum` bytes.
    init(maximum: Int) {
        self.maximum = maximum
    }

    deinit {
        if let inflater {
            inflateEnd(inflater)
            inflater.deallocate()
        }
        ZSTD_freeDCtx(zstandard)
        buffer.deallocate()
    }

    /// The plain bytes of a block, valid until the next call.
    func decompress(
        _ block: UnsafeRawBufferPointer,
        _ codec: BlockCodec
    ) throws(AvroError) -> UnsafeRawBufferPointer {
        if buffer.count > BlockDecompressor.keptSize {
            buffer.deallocate()
            buffer = .allocate(byteCount: BlockDecompressor.smallestSize, alignment: 16)
        }
        return switch codec {
        case .null: block
        case .deflate: try inflate(block)
        case .snappy: try unsnappy(block)
        case .zstandard: try unzstandard(block)
        }
    }

    private func inflate(_ block: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
        let stream = try readyInflater()
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: block.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        var inputLeft = block.count
        var written = 0
        stream.pointee.avail_in = 0
        while true {
            if stream.pointee.avail_in == 0 {
                let portion = min(inputLeft, Int(UInt32.max))
                stream.pointee.avail_in = UInt32(portion)
                inputLeft -= portion
            }
            if written == buffer.count { try grow(to: written + 1) }
            let room = min(buffer.count - written, Int(UInt32.max))
            stream.pointee.next_out = buffer.baseAddress.map {
                ($0 + written).assumingMemoryBound(to: UInt8.self)
            }
            stream.pointee.avail_out = UInt32(room)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            written += room - Int(stream.pointee.avail_out)
            if status == Z_STREAM_END { break }
            guard status == Z_OK else {
                let isCut = status == Z_BUF_ERROR && inputLeft == 0
                throw AvroError(isCut ? .truncated : .corrupt, isCut ? "a deflate block is cut off" : "no deflate data")
            }
        }
        guard inputLeft + Int(stream.pointee.avail_in) <= BlockDecompressor.checksumSize else {
            throw AvroError(.corrupt, "bytes after the end of a deflate block")
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<written])
    }

    private func readyInflater() throws(AvroError) -> UnsafeMutablePointer<z_stream> {
        if let inflater {
            inflateReset(inflater)
            return inflater
        }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw AvroError(.tooLarge, "no memory for deflate")
        }
        inflater = stream
        return stream
    }

    private func unsnappy(_ block: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
        guard block.count > 4 else { throw AvroError(.truncated, "a snappy block of \(block.count) bytes") }
        let input = block.baseAddress?.assumingMemoryBound(to: CChar.self)
        let compressed = block.count - 4
        var count = 0
        guard snappy_uncompressed_length(input, compressed, &count) == SNAPPY_OK else {
            throw AvroError(.corrupt, "no snappy data")
        }
        if count > buffer.count { try grow(to: count) }
        guard
            snappy_uncompress(input, compressed, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), &count)
                == SNAPPY_OK
        else { throw AvroError(.corrupt, "no snappy data") }
        let plain = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        let expected = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: compressed, as: UInt32.self))
        guard CRC32.of(plain) == expected else { throw AvroError(.corrupt, "a snappy block with a wrong CRC") }
        return plain
    }

    /// One frame or several; a writer need not have said how many bytes they hold.
    private func unzstandard(_ block: UnsafeRawBufferPointer) throws(AvroError) -> UnsafeRawBufferPointer {
        let context = try readyZstandard()
        let announced = ZSTD_getFrameContentSize(block.baseAddress, block.count)
        if announced <= UInt64(maximum), Int(announced) > buffer.count { try grow(to: Int(announced)) }
        var input = ZSTD_inBuffer(src: block.baseAddress, size: block.count, pos: 0)
        var written = 0
        while true {
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: written)
            let left = ZSTD_decompressStream(context, &output, &input)
            if ZSTD_isError(left) != 0 {
                throw AvroError(.corrupt, "no zstandard data: \(String(cString: ZSTD_getErrorName(left)))")
            }
            written = output.pos
            if left == 0, input.pos == input.size { break }
            if written == buffer.count {
                try grow(to: written + 1)
            } else if input.pos == input.size {
                throw AvroError(.truncated, "a zstandard block is cut off")
            }
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<written])
    }

    private func readyZstandard() throws(AvroError) -> OpaquePointer {
        if let zstandard {
            ZSTD_DCtx_reset(zstandard, ZSTD_reset_session_only)
            return zstandard
        }
        guard let context = ZSTD_createDCtx() else { throw AvroError(.tooLarge, "no memory for zstandard") }
        // A frame that looks back further would make the library take that much memory; level 19 needs 8 MiB.
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, BlockDecompressor.windowLog)
        zstandard = context
        return context
    }

    /// Frames may look back 2^25 bytes, 32 MiB.
    private static let windowLog: Int32 = 25

    private func grow(to needed: Int) throws(AvroError) {
        guard needed <= maximum else {
            throw AvroError(.tooLarge, "a block of more than \(maximum) bytes when decompressed")
        }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(maximum, max(needed, buffer.count * 2)),
            alignment: 16
        )
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<min(buffer.count, larger.count)]))
        buffer.deallocate()
        buffer = larger
    }
}
