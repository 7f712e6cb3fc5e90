/// The wanted fields of one datum: flat storage that is reused for every datum, one instance a thread.
///
/// A row of a table is one word a field, then one byte a field that says whether the field is there.
/// Strings and bytes are ranges of the datum, which must still be in memory when they are read.
public final class DecodedRecord {
    @usableFromInline
    struct Table {
        @usableFromInline var words: UnsafeMutablePointer<UInt64>
        @usableFromInline var fieldCount: Int
        @usableFromInline var stride: Int
        @usableFromInline var count: Int
        var capacity: Int
    }

    @usableFromInline let tables: UnsafeMutablePointer<Table>
    @usableFromInline let tableCount: Int
    var datum = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Enum symbols and default texts of the plan that filled the record.
    var constants: [String] = []
    /// The number of fields of each table.
    let layout: [Int]

    /// Capacity above which a table is given back before the next datum.
    private static let keptCapacity = 16_384

    /// Storage for what `reader` wants; usable with every plan that was made from the same reader.
    public init(_ reader: ReaderSchema) {
        layout = reader.tables.map(\.slotCount)
        tableCount = layout.count
        tables = .allocate(capacity: tableCount)
        for (index, fieldCount) in layout.enumerated() {
            let stride = DecodedRecord.stride(fieldCount: fieldCount)
            let capacity = index == 0 ? 1 : 64
            let words = UnsafeMutablePointer<UInt64>.allocate(capacity: stride * capacity)
            words.initialize(repeating: 0, count: stride * capacity)
            (tables + index).initialize(
                to: Table(
                    words: words,
                    fieldCount: fieldCount,
                    stride: stride,
                    count: index == 0 ? 1 : 0,
                    capacity: capacity
                )
            )
        }
    }

    deinit {
        for index in 0..<tableCount { tables[index].words.deallocate() }
        tables.deallocate()
    }

    /// The number of rows of a list.
    @inlinable
    public subscript(list: ReaderList) -> Int {
        precondition(Int(list.table) < tableCount, "the list belongs to another ReaderSchema")
        return tables[Int(list.table)].count
    }

    /// A field of the record.
    @inlinable @inline(__always)
    public subscript(field: ReaderField<Double>) -> Double? {
        word(field, 0).map { Double(bitPattern: $0) }
    }

    /// A field of row `row` of the field's list.
    @inlinable @inline(__always)
    public subscript(field: ReaderField<Double>, row: Int) -> Double? {
        word(field, row).map { Double(bitPattern: $0) }
    }

    /// A field of the record.
    @inlinable @inline(__always)
    public subscript(field: ReaderField<Int64>) -> Int64? {
        word(field, 0).map { Int64(bitPattern: $0) }
    }

    /// A field of row `row` of the field's list.
    @inlinable @inline(__always)
    public subscript(field: ReaderField<Int64>, row: Int) -> Int64? {
        word(field, row).map { Int64(bitPattern: $0) }
    }

    /// A field of the record.
    @inlinable
    public subscript(field: ReaderField<Bool>) -> Bool? {
        word(field, 0).map { $0 != 0 }
    }

    /// A field of row `row` of the field's list.
    @inlinable
    public subscript(field: ReaderField<Bool>, row: Int) -> Bool? {
        word(field, row).map { $0 != 0 }
    }

    /// The flags of the record that are there and true; none where the writer has none of them.
    @inlinable
    public subscript(flags: ReaderField<UInt64>) -> UInt64 {
        word(flags, 0) ?? 0
    }

    /// The flags of row `row` of their list.
    @inlinable
    public subscript(flags: ReaderField<UInt64>, row: Int) -> UInt64 {
        word(flags, row) ?? 0
    }

    /// Where the bytes of a field stand in the datum.
    @inlinable
    public subscript(field: ReaderField<Range<Int>>) -> Range<Int>? {
        word(field, 0).map(DecodedRecord.range)
    }

    /// Where the bytes of a field of row `row` stand in the datum.
    @inlinable
    public subscript(field: ReaderField<Range<Int>>, row: Int) -> Range<Int>? {
        word(field, row).map(DecodedRecord.range)
    }

    /// Where the UTF-8 of a field stands in the datum; nil also where the text is no part of it (the symbol of an
    /// enum, a default): `string` knows those too.
    @inlinable
    public subscript(field: ReaderField<String>) -> Range<Int>? {
        self[field, 0]
    }

    /// Where the UTF-8 of a field of row `row` stands in the datum; nil as above.
    @inlinable
    public subscript(field: ReaderField<String>, row: Int) -> Range<Int>? {
        guard let word = word(field, row), word & DecodedRecord.constantFlag == 0 else { return nil }
        return DecodedRecord.range(word)
    }

    /// The text of a field (of row `row` of its list); bytes that are no UTF-8 become U+FFFD.
    public func string(_ field: ReaderField<String>, _ row: Int = 0) -> String? {
        guard let word = word(field, row) else { return nil }
        if word & DecodedRecord.constantFlag != 0 { return constants[Int(word & 0xFFFF_FFFF)] }
        return String(decoding: datum[DecodedRecord.range(word)], as: UTF8.self)
    }

    /// Set in the word of a text that is a constant of the plan.
    @usableFromInline static let constantFlag: UInt64 = 1 << 63

    @inlinable
    static func range(_ word: UInt64) -> Range<Int> {
        let start = Int(word >> 32)
        return start..<(start + Int(word & 0xFFFF_FFFF))
    }

    @inlinable @inline(__always)
    func word<Value>(_ field: ReaderField<Value>, _ row: Int) -> UInt64? {
        precondition(Int(field.table) < tableCount, "the field belongs to another ReaderSchema")
        let table = tables + Int(field.table)
        let slot = Int(field.slot)
        precondition(slot < table.pointee.fieldCount, "the field belongs to another ReaderSchema")
        precondition(row >= 0 && row < table.pointee.count, "no such row")
        let words = table.pointee.words + row &* table.pointee.stride
        let present = UnsafeRawPointer(words + table.pointee.fieldCount)
        guard present.load(fromByteOffset: slot, as: UInt8.self) != 0 else { return nil }
        return words[slot]
    }

    /// Words of a row.
    static func stride(fieldCount: Int) -> Int {
        fieldCount + (fieldCount + 7) / 8
    }

    /// Forgets the last datum.
    func reset() {
        for index in 0..<tableCount {
            tables[index].count = index == 0 ? 1 : 0
            if tables[index].capacity > DecodedRecord.keptCapacity { resize(index, to: 64) }
        }
        let root = tables[0]
        root.words.update(repeating: 0, count: root.stride)
    }

    private func resize(_ index: Int, to capacity: Int) {
        let old = tables[index]
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: old.stride * capacity)
        words.initialize(repeating: 0, count: old.stride * capacity)
        old.words.deallocate()
        tables[index].words = words
        tables[index].capacity = capacity
    }
}
