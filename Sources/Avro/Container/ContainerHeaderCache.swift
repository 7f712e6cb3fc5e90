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
    private var entries: [Entry] = []
    /// Slots, the most recently used first.
    private var order: [Int] = []

    init(capacity: Int) {
        self.capacity = max(1, capacity)
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
        return memcmp(base, header, header.count) == 0
    }

    /// Gives the header of `container` a slot, in place of the one that was not used for longest if all are taken.
    /// - Returns: the slot, and the header or why it is of no use.
    /// - Throws: if there is no header at all.
    func add(_ container: UnsafeRawBufferPointer) throws(AvroError) -> (Int, Result<ContainerHeader, AvroError>) {
        let metadata = try ContainerMetadata(container)
        let header = Result { () throws(AvroError) in try ContainerHeader(metadata) }
        let codec = (try? header.get().codec) ?? .null
        let entry = Entry(bytes: [UInt8](container[..<metadata.size]), codec: codec)
        let slot: Int
        if entries.count < capacity {
            slot = entries.count
            entries.append(entry)
        } else {
            slot = order.removeLast()
            entries[slot] = entry
        }
        order.insert(slot, at: 0)
        return (slot, header)
    }
}
