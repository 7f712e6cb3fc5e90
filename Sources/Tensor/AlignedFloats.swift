/// Owned memory for floats, aligned to a cache line: what kernels read and write. One thread at a time.
///
/// The memory lives as long as the object: whoever holds only the pointer keeps the object alive
/// (`withExtendedLifetime`).
package final class AlignedFloats {
    /// The first float. Changes where `reserve` grows the memory.
    package private(set) var pointer: UnsafeMutablePointer<Float>
    /// How many floats there are.
    package private(set) var count: Int

    /// Memory for a number of floats, all zero.
    package init(count: Int) {
        self.count = max(count, 1)
        pointer = Self.allocate(self.count)
    }

    deinit {
        UnsafeMutableRawPointer(pointer).deallocate()
    }

    /// Makes room for at least a number of floats; where it grows the old content is lost.
    package func reserve(_ count: Int) {
        guard count > self.count else { return }
        UnsafeMutableRawPointer(pointer).deallocate()
        self.count = count
        pointer = Self.allocate(count)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = count * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: (bytes + 63) / 64 * 64, alignment: 64)
        let floats = raw.bindMemory(to: Float.self, capacity: count)
        floats.initialize(repeating: 0, count: count)
        return floats
    }
}

/// Aligned floats that never change after they are made, shared by all threads.
package final class FrozenFloats: @unchecked Sendable {
    private let memory: AlignedFloats

    /// The first float.
    package var pointer: UnsafePointer<Float> { UnsafePointer(memory.pointer) }
    /// How many floats there are.
    package var count: Int { memory.count }

    /// Floats that a closure writes into zeroed memory.
    package init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
        memory = AlignedFloats(count: count)
        fill(memory.pointer)
    }

    /// A copy of an array.
    package convenience init(_ values: [Float]) {
        self.init(count: values.count) { pointer in
            for (place, value) in values.enumerated() { pointer[place] = value }
        }
    }
}
