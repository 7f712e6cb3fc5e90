/// Owned memory of numbers that only grows. One thread at a time; whoever holds only a pointer keeps the object alive.
package final class Buffer<Scalar: BinaryFloatingPoint> {
    /// The first number. Changes where `reserve` grows the memory.
    package private(set) var pointer: UnsafeMutablePointer<Scalar>
    /// How many numbers there are.
    package private(set) var count: Int

    /// So many zeros.
    package init(count: Int = 0) {
        self.count = max(count, 1)
        pointer = Self.allocate(self.count)
        pointer.initialize(repeating: 0, count: self.count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// Makes room for at least so many numbers; where it grows, the old content is lost, and any numbers stand there: the
    /// system gives memory only where it is written, which the room to spare never is.
    @discardableResult
    package func reserve(_ wanted: Int) -> UnsafeMutablePointer<Scalar> {
        if wanted > count {
            UnsafeMutableRawPointer(pointer).deallocate()
            count = wanted + wanted / 4
            pointer = Self.allocate(count)
        }
        return pointer
    }

    /// Sets every number to zero.
    package func clear() { pointer.update(repeating: 0, count: count) }

    /// A copy of the first numbers.
    package func values(_ count: Int) -> [Scalar] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
        let bytes = (count * MemoryLayout<Scalar>.stride + 63) / 64 * 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        return raw.bindMemory(to: Scalar.self, capacity: count)
    }
}
