import CSnappy
import CZlib
import CZstd

/// Compresses the blocks of containers.
enum BlockCompressor {
    static func compress(_ block: [UInt8], _ codec: BlockCodec) throws(AvroError) -> [UInt8] {
        switch codec {
        case .null: block
        case .deflate: try deflate(block)
        case .snappy: try snappy(block)
        case .zstandard: try zstandard(block)
        }
    }

    private static func deflate(_ block: [UInt8]) throws(AvroError) -> [UInt8] {
        let failure = AvroError(.tooLarge, "a block of \(block.count) bytes could not be compressed")
        guard block.count <= Int(UInt32.max) / 2 else { throw failure }
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        let level = Z_DEFAULT_COMPRESSION
        guard deflateInit2_(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            throw failure
        }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(block.count)))
        let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            block.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                count = CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END ? buffer.count - Int(stream.avail_out) : 0
            }
        }
        guard !output.isEmpty else { throw failure }
        return output
    }

    private static func snappy(_ block: [UInt8]) throws(AvroError) -> [UInt8] {
        var isDone = false
        var output = [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(block.count)) { buffer, count in
            count = buffer.count
            buffer.withMemoryRebound(to: CChar.self) { output in
                block.withUnsafeBytes { input in
                    let text = input.baseAddress?.assumingMemoryBound(to: CChar.self)
                    isDone = snappy_compress(text, input.count, output.baseAddress, &count) == SNAPPY_OK
                }
            }
            if !isDone { count = 0 }
        }
        guard isDone else { throw AvroError(.tooLarge, "a block of \(block.count) bytes could not be compressed") }
        let crc = block.withUnsafeBytes(CRC32.of)
        withUnsafeBytes(of: crc.bigEndian) { output.append(contentsOf: $0) }
        return output
    }

    private static func zstandard(_ block: [UInt8]) throws(AvroError) -> [UInt8] {
        let output = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(block.count)) { buffer, count in
            let written = block.withUnsafeBytes { input in
                ZSTD_compress(buffer.baseAddress, buffer.count, input.baseAddress, input.count, ZSTD_CLEVEL_DEFAULT)
            }
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        guard !output.isEmpty else {
            throw AvroError(.tooLarge, "a block of \(block.count) bytes could not be compressed")
        }
        return output
    }
}
