internal import CPrefetch
import Glibc

/// The headers that a reader has seen, by their bytes up to the sync marker. Each has a slot, a small number that
/// stays the same until another header takes it.
@usableFromInline
final class ContainerHeaderCache {
    @usableFromInline
    struct Entry {
        let bytes: [UInt8]
        let codec: BlockCodec
    }

    private let capacity: Int
    private let limits: AvroLimits
    private var entries: [Entry] = []
    /// Slots, the most recently used first.
    private var order: [Int] = []
    private var size = 0

    init(capacity: Int, limits: AvroLimits) {
        self.capacity = max(1, capacity)
        self.limits = limits
    }

    @usableFromInline
    subscript(slot: Int) -> Entry { entries[slot] }

    /// The slot of the header that `container` starts with; nil if it has not been seen.
    @usableFromInline
    func slot(of container: UnsafeRawBufferPointer) -> Int? {
        for position in order.indices {
            let slot = order[position]
            guard ContainerHeaderCache.matches(container, entries[slot].bytes) else { continue }
            if position > 0 {
                order.remove(at: position)
                order.insert(slot, at: 0)
            }
            return slot
        }
        return nil
    }

    private static func matches(_ container: UnsafeRawBufferPointer, _ header: [UInt8]) -> Bool {
        guard container.count >= header.count + ContainerHeader.syncMarkerSize, let base = container.baseAddress else {
            return false
        }
        prefetchPages(of: base, header.count)
        return memcmp(base, header, header.count) == 0
    }

    /// Asks for the start of every page at once. A message comes from memory; the processor reads ahead within a page, and
    /// a comparison would wait at the start of each (a seventh of the time of a ZTF packet, measured on Zen 4).
    private static func prefetchPages(of base: UnsafeRawPointer, _ count: Int) {
        var offset = pageSize - Int(bitPattern: base) & (pageSize - 1)
        while offset < count {
            prefetch_for_reading(base + offset)
            offset += pageSize
        }
    }

    private static let pageSize = 4096

    /// What a new header has got.
    struct Place {
        /// Its slot.
        var slot: Int
        /// The header, or why it is of no use.
        var header: Result<ContainerHeader, AvroError>
        /// Slots whose headers had to go.
        var freed: [Int]
    }

    /// Gives the header of `container` a slot, in place of those that were not used for longest if all slots are taken
    /// or the headers together are larger than two of the largest that are allowed.
    /// - Throws: if there is no header at all, or one that is too large to be kept.
    func add(_ container: UnsafeRawBufferPointer) throws(AvroError) -> Place {
        let metadata = try ContainerMetadata(container, limits)
        let largest = limits.schemaBytes + ContainerHeaderCache.room
        guard metadata.size <= largest else {
            throw AvroError(
                .schemaTooLarge,
                "a container's header of \(metadata.size) bytes, where \(largest) are allowed",
                offset: 0
            )
        }
        let header = Result { () throws(AvroError) in try ContainerHeader(metadata, limits) }
        let codec = (try? header.get().codec) ?? .null
        let entry = Entry(bytes: [UInt8](container[..<metadata.size]), codec: codec)
        var freed: [Int] = []
        while let last = order.last, order.count >= capacity || size + metadata.size > 2 * largest {
            size -= entries[last].bytes.count
            entries[last] = Entry(bytes: [], codec: .null)
            freed.append(last)
            order.removeLast()
        }
        let slot = freed.last ?? entries.indices.first { !order.contains($0) } ?? entries.count
        if slot == entries.count { entries.append(entry) } else { entries[slot] = entry }
        size += metadata.size
        order.insert(slot, at: 0)
        return Place(slot: slot, header: header, freed: freed)
    }

    /// Bytes of a header beside its schema.
    private static let room = 1 << 16
}
