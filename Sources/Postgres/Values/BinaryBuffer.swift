/// A growing stretch of memory for values in PostgreSQL's binary form (big-endian). It is filled, sent, emptied and
/// filled again without new allocations; it must stay on one thread.
package class BinaryBuffer {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// Bytes written so far.
    package private(set) var count = 0

    /// An empty buffer with room for so many bytes.
    package init(capacity: Int = 1 << 16) {
        self.capacity = max(64, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 8)
    }

    deinit {
        base.deallocate()
    }

    /// Forgets what was written and keeps the memory.
    package func removeAll() {
        count = 0
    }

    /// What was written so far; valid until the next change.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Makes room for so many more bytes and returns where they start.
    @inline(__always)
    func reserve(_ more: Int) -> UnsafeMutableRawPointer {
        if count + more > capacity { grow(more) }
        let place = base + count
        count += more
        return place
    }

    private func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        memory.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = memory
        capacity = larger
    }

    @inline(__always)
    func put<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: value.bigEndian, as: T.self)
    }

    func put(bytes values: some Collection<UInt8>) {
        let place = reserve(values.count)
        UnsafeMutableRawBufferPointer(start: place, count: values.count).copyBytes(from: values)
    }

    func put(utf8 text: String) {
        var text = text
        text.withUTF8 { utf8 in
            guard let start = utf8.baseAddress, !utf8.isEmpty else { return }
            reserve(utf8.count).copyMemory(from: start, byteCount: utf8.count)
        }
    }

    /// Overwrites four bytes at an earlier place.
    func set(_ value: Int32, at place: Int) {
        (base + place).storeBytes(of: value.bigEndian, as: Int32.self)
    }

    // An array on the wire: dimensions, "has nulls", element type, then length and lower bound of each dimension, then
    // each element with its length. An empty array has no dimension.

    private func putArrayHead(count: Int, element: PostgresType, hasNulls: Bool = false) {
        put(Int32(count == 0 ? 0 : 1))
        put(Int32(hasNulls ? 1 : 0))
        put(element.rawValue)
        guard count > 0 else { return }
        put(Int32(count))
        put(Int32(1))
    }

    func put(array values: [Bool]) {
        putArrayHead(count: values.count, element: .bool)
        for value in values {
            put(Int32(1))
            put(UInt8(value ? 1 : 0))
        }
    }

    func put(array values: some Collection<Int16>) {
        putArrayHead(count: values.count, element: .int16)
        for value in values {
            put(Int32(2))
            put(value)
        }
    }

    func put(array values: some Collection<Int32>) {
        putArrayHead(count: values.count, element: .int32)
        for value in values {
            put(Int32(4))
            put(value)
        }
    }

    func put(array values: some Collection<Int64>) {
        putArrayHead(count: values.count, element: .int64)
        for value in values {
            put(Int32(8))
            put(value)
        }
    }

    func put(array values: [Int64?]) {
        putArrayHead(count: values.count, element: .int64, hasNulls: values.contains { $0 == nil })
        for value in values {
            put(Int32(value == nil ? -1 : 8))
            if let value { put(value) }
        }
    }

    func put(array values: some Collection<Float>) {
        putArrayHead(count: values.count, element: .float)
        for value in values {
            put(Int32(4))
            put(value.bitPattern)
        }
    }

    func put(array values: some Collection<Double>) {
        putArrayHead(count: values.count, element: .double)
        for value in values {
            put(Int32(8))
            put(value.bitPattern)
        }
    }

    func put(array values: [String?]) {
        putArrayHead(count: values.count, element: .text, hasNulls: values.contains { $0 == nil })
        for value in values {
            guard let value else {
                put(Int32(-1))
                continue
            }
            put(Int32(value.utf8.count))
            put(utf8: value)
        }
    }

    func put(array values: [[UInt8]]) {
        putArrayHead(count: values.count, element: .bytes)
        for value in values {
            put(Int32(value.count))
            put(bytes: value)
        }
    }
}
