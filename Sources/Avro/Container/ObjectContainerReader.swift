import Glibc

/// Reads object containers, one after another; one instance a thread.
///
/// What is made of a header (a plan, say) is kept by the header's bytes without the sync marker, so that a known
/// header costs one memcmp. A header that cannot be used is remembered too, with its error.
public final class ObjectContainerReader<Product> {
    private final class Entry {
        let bytes: [UInt8]
        let codec: BlockCodec
        let product: Result<Product, any Error>

        init(bytes: [UInt8], codec: BlockCodec, product: Result<Product, any Error>) {
            self.bytes = bytes
            self.codec = codec
            self.product = product
        }
    }

    private let limits: AvroLimits
    private let capacity: Int
    private let make: (ContainerHeader) throws -> Product
    private let decompressor: BlockDecompressor
    /// The most recently used first.
    private var entries: [Entry] = []

    /// A reader.
    /// - Parameters:
    ///   - capacity: the number of headers that are remembered.
    ///   - make: what to keep for a header, called once for each.
    public init(
        limits: AvroLimits = AvroLimits(),
        capacity: Int = 32,
        make: @escaping (ContainerHeader) throws -> Product
    ) {
        self.limits = limits
        self.capacity = max(1, capacity)
        self.make = make
        decompressor = BlockDecompressor(maximum: limits.blockBytes)
    }

    /// Calls `body` for each datum of `container`, in order. `body` gets the bytes from the datum's start to the end
    /// of its block (in the container itself where that is not compressed, else valid during the call only) and
    /// returns how many of them the datum took.
    /// - Throws: `AvroError` with the offset in the container, or what `make` or `body` throw.
    public func forEach(
        in container: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, Product) throws -> Int
    ) throws {
        let entry = try entry(for: container)
        let product = try entry.product.get()
        let marker = entry.bytes.count..<(entry.bytes.count + ContainerHeader.syncMarkerSize)
        var blocks = ContainerBlocks(container, syncMarker: marker)
        var emptyLeft = limits.itemsWithoutBytes
        while let block = try blocks.next() {
            var rest = try plainBytes(of: block, in: container, entry.codec)
            for index in 0..<block.count {
                let used = try body(rest, product)
                guard used >= 0, used <= rest.count else {
                    throw AvroError(
                        .corrupt,
                        "a datum of \(used) bytes in \(rest.count)",
                        offset: block.bytes.lowerBound
                    )
                }
                if used == 0 {
                    emptyLeft -= 1
                    guard emptyLeft >= 0 else { throw AvroError(.tooLarge, "too many records that take no bytes") }
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[used...])
                guard !rest.isEmpty || used == 0 || index + 1 == block.count else {
                    throw AvroError(
                        .truncated,
                        "a block ends after \(index + 1) of its \(block.count) records",
                        offset: block.bytes.upperBound
                    )
                }
            }
            guard rest.isEmpty else {
                throw AvroError(
                    .corrupt,
                    "\(rest.count) bytes after the last record of a block",
                    offset: block.bytes.upperBound
                )
            }
        }
    }

    private func plainBytes(
        of block: ContainerBlocks.Block,
        in container: UnsafeRawBufferPointer,
        _ codec: BlockCodec
    ) throws(AvroError) -> UnsafeRawBufferPointer {
        do throws(AvroError) {
            return try decompressor.decompress(UnsafeRawBufferPointer(rebasing: container[block.bytes]), codec)
        } catch {
            var error = error
            error.offset = block.bytes.lowerBound
            throw error
        }
    }

    private func entry(for container: UnsafeRawBufferPointer) throws(AvroError) -> Entry {
        for (index, entry) in entries.enumerated() where ObjectContainerReader.matches(container, entry.bytes) {
            if index > 0 {
                entries.remove(at: index)
                entries.insert(entry, at: 0)
            }
            return entry
        }
        return try add(container)
    }

    private static func matches(_ container: UnsafeRawBufferPointer, _ header: [UInt8]) -> Bool {
        guard container.count >= header.count + ContainerHeader.syncMarkerSize, let base = container.baseAddress else {
            return false
        }
        return memcmp(base, header, header.count) == 0
    }

    private func add(_ container: UnsafeRawBufferPointer) throws(AvroError) -> Entry {
        let metadata = try ContainerMetadata(container)
        var codec = BlockCodec.null
        let product = Result {
            let header = try ContainerHeader(metadata)
            codec = header.codec
            return try make(header)
        }
        let entry = Entry(bytes: [UInt8](container[..<metadata.size]), codec: codec, product: product)
        if entries.count >= capacity { entries.removeLast() }
        entries.insert(entry, at: 0)
        return entry
    }
}
