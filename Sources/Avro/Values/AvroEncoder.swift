/// Appends Avro's binary encoding to bytes. What is appended must follow the schema: the encoder does not know it
/// (`AvroValue.encode` does).
public struct AvroEncoder: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8]

    /// An empty encoder with room for `capacity` bytes.
    public init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Starts anew and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Takes back what was written after the first `count` bytes.
    mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// `null` takes no bytes; the call says what is meant.
    public func null() {}

    /// A `boolean`.
    public mutating func boolean(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    /// An `int`.
    public mutating func int(_ value: Int32) {
        long(Int64(value))
    }

    /// A `long`.
    public mutating func long(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A `float`.
    public mutating func float(_ value: Float) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A `double`.
    public mutating func double(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// `bytes`.
    public mutating func bytes(_ value: some Collection<UInt8>) {
        long(Int64(value.count))
        bytes.append(contentsOf: value)
    }

    /// `bytes`.
    public mutating func bytes(_ value: UnsafeRawBufferPointer) {
        long(Int64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A `string`.
    public mutating func string(_ value: String) {
        long(Int64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// The symbol of an `enum`, by position.
    public mutating func enumeration(_ index: Int) {
        long(Int64(index))
    }

    /// The branch of a union, by position; its value follows.
    public mutating func union(_ branch: Int) {
        long(Int64(branch))
    }

    /// The start of a block of an array or map; `count` items follow. An array is any number of blocks, then
    /// `blocksEnd()`.
    public mutating func blockStart(_ count: Int) {
        precondition(count > 0, "an empty block would end the array")
        long(Int64(count))
    }

    /// The end of an array or map.
    public mutating func blocksEnd() {
        bytes.append(0)
    }

    /// An array in one block.
    public mutating func array<Item>(_ items: some Collection<Item>, _ item: (Item, inout AvroEncoder) throws -> Void)
        rethrows
    {
        if !items.isEmpty {
            blockStart(items.count)
            for value in items { try item(value, &self) }
        }
        blocksEnd()
    }

    /// Bytes as they are: a `fixed`, or what was encoded elsewhere.
    public mutating func raw(_ value: some Collection<UInt8>) {
        bytes.append(contentsOf: value)
    }

    /// Bytes as they are: a `fixed`, or what was encoded elsewhere.
    public mutating func raw(_ value: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: value)
    }
}
