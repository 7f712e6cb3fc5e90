/// Walks through the records of a container's blocks.
@usableFromInline
final class ContainerRecords {
    private let limits: AvroLimits
    private let decompressor: BlockDecompressor

    init(limits: AvroLimits) {
        self.limits = limits
        decompressor = BlockDecompressor(maximum: limits.blockBytes)
    }

    /// Calls `body` with the bytes from each record's start to the end of its block; it returns how many the record
    /// took.
    @usableFromInline
    func forEach(
        in container: UnsafeRawBufferPointer,
        after header: ContainerHeaderCache.Entry,
        _ body: (UnsafeRawBufferPointer) throws -> Int
    ) throws {
        let marker = header.bytes.count..<(header.bytes.count + ContainerHeader.syncMarkerSize)
        var blocks = ContainerBlocks(container, syncMarker: marker)
        var emptyLeft = limits.valuesWithoutBytes
        var plainLeft = limits.blockBytes + container.count * limits.expansion
        while let block = try blocks.next() {
            var rest = try plainBytes(of: block, in: container, header.codec)
            plainLeft -= rest.count
            guard plainLeft >= 0 else {
                throw AvroError(
                    .tooLarge,
                    "a container whose blocks take more than \(limits.expansion) times its bytes when decompressed",
                    offset: block.bytes.lowerBound
                )
            }
            for index in 0..<block.count {
                let used = try body(rest)
                guard used >= 0, used <= rest.count else {
                    throw AvroError(
                        .corrupt,
                        "a record of \(used) bytes in \(rest.count)",
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

    /// Calls `body` with the bytes from each record's start on as far as they are there, in a container that is damaged:
    /// it returns how many the record took, nil where that is not known.
    /// - Returns: the number of records that the container announces and that were not handed out; a block that cannot
    ///   be told counts as one.
    func salvage(
        in container: UnsafeRawBufferPointer,
        after header: ContainerHeaderCache.Entry,
        _ body: (UnsafeRawBufferPointer) -> Int?
    ) -> Int {
        let marker = header.bytes.count..<(header.bytes.count + ContainerHeader.syncMarkerSize)
        var blocks = ContainerBlocks(container, syncMarker: marker)
        var lost = 0
        var emptyLeft = limits.valuesWithoutBytes
        var plainLeft = limits.blockBytes + container.count * limits.expansion
        do throws(AvroError) {
            while let block = try blocks.nextAsFarAsItGoes() {
                guard var rest = try? plainBytes(of: block, in: container, header.codec), rest.count <= plainLeft else {
                    lost = lost.saturatingSum(max(1, block.count))
                    continue
                }
                plainLeft -= rest.count
                for index in 0..<block.count {
                    guard let used = rest.isEmpty ? nil : body(rest), used <= rest.count, used > 0 || emptyLeft > 0
                    else {
                        lost = lost.saturatingSum(block.count - index - (rest.isEmpty ? 0 : 1))
                        break
                    }
                    if used == 0 { emptyLeft -= 1 }
                    rest = UnsafeRawBufferPointer(rebasing: rest[used...])
                }
            }
        } catch {
            lost = lost.saturatingSum(1)
        }
        return lost
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
}

extension Int {
    /// A hostile container announces any number of records.
    fileprivate func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
