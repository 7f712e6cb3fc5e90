import Glibc

/// Finds the blocks of a container one after another and checks the sync marker behind each before anything is read
/// from it.
struct ContainerBlocks {
    struct Block {
        /// Records in it.
        var count: Int
        /// Where its bytes stand in the container.
        var bytes: Range<Int>
    }

    private let container: UnsafeRawBufferPointer
    private let syncMarker: Range<Int>
    private var offset: Int

    /// - Parameter syncMarker: where the header's marker stands; the blocks follow.
    init(_ container: UnsafeRawBufferPointer, syncMarker: Range<Int>) {
        self.container = container
        self.syncMarker = syncMarker
        offset = syncMarker.upperBound
    }

    /// The next block; nil at the end of the container.
    mutating func next() throws(AvroError) -> Block? {
        guard offset < container.count else { return nil }
        let start = offset
        let (count, size) = try head()
        let left = container.count - offset - syncMarker.count
        guard size <= Int64(left) else {
            throw AvroError(
                .truncated,
                "the container ends inside a block of \(size) bytes",
                offset: container.count,
                advice: "it starts at byte \(start)"
            )
        }
        let bytes = offset..<(offset + Int(size))
        guard let base = container.baseAddress,
            memcmp(base + bytes.upperBound, base + syncMarker.lowerBound, syncMarker.count) == 0
        else {
            throw AvroError(.corrupt, "no sync marker after a block", offset: bytes.upperBound)
        }
        offset = bytes.upperBound + syncMarker.count
        return Block(count: Int(count), bytes: bytes)
    }

    /// The next block as far as its bytes are there, whatever stands behind them; nil at the end.
    /// - Throws: `AvroError` where no block can be told.
    mutating func nextAsFarAsItGoes() throws(AvroError) -> Block? {
        guard offset < container.count else { return nil }
        let (count, size) = try head()
        let bytes = offset..<(offset + Int(min(size, Int64(container.count - offset))))
        offset = min(container.count, bytes.upperBound + syncMarker.count)
        return Block(count: Int(count), bytes: bytes)
    }

    /// How many records a block has, and in how many bytes.
    private mutating func head() throws(AvroError) -> (count: Int64, size: Int64) {
        let start = offset
        let count = try long()
        let size = try long()
        guard count >= 0, size >= 0 else {
            throw AvroError(.corrupt, "a block of \(count) records in \(size) bytes", offset: start)
        }
        return (count, size)
    }

    private mutating func long() throws(AvroError) -> Int64 {
        guard let base = container.baseAddress else { throw AvroError(.truncated, "no bytes", offset: 0) }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        var cursor = bytes + offset
        guard let value = Varint.read(&cursor, bytes + container.count) else {
            let isCut = Varint.isTruncated(bytes + offset, bytes + container.count)
            throw AvroError(
                isCut ? .truncated : .corrupt,
                isCut ? "the container ends inside a block" : "an integer of more than 64 bits",
                offset: offset
            )
        }
        offset = cursor - bytes
        return value
    }
}
