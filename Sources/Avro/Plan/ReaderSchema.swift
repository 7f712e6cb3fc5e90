/// A field that a reader wants, as an index into the storage of a `DecodedRecord`.
public struct ReaderField<Value>: Hashable, Sendable {
    @usableFromInline let table: Int32
    @usableFromInline let slot: Int32

    init(table: Int, slot: Int) {
        self.table = Int32(table)
        self.slot = Int32(slot)
    }
}

/// An array that a reader wants, as an index into the storage of a `DecodedRecord`.
public struct ReaderList: Hashable, Sendable {
    @usableFromInline let table: Int32

    init(table: Int) {
        self.table = Int32(table)
    }
}

/// What a reader wants of a datum, whatever the writer's schema is: fields by dotted path, arrays as lists of rows.
///
/// Of the paths given for a field the first that the writer has with a type that can be read is taken; a step of a path is matched with the
/// writer's field names, then with the writer's aliases, and passes through unions by itself. A field that the writer
/// has not, or that is null, reads as nil; a default given here replaces what the writer has not, never a null.
/// Where a list's items are no records, the path `""` names the item itself.
///
/// Of a union the branch that was written decides: the value of one that cannot be promoted reads as nil. A plan is
/// refused for a writer that lacks a `required` field or list, or has it with a type of which nothing can be promoted;
/// other such fields read as nil, and the plan names them (`DecodePlan.unreadable`). A required field of a list is asked for only where the writer has the list.
public struct ReaderSchema: Sendable {
    enum Kind: String, Sendable {
        case boolean, long, double, string, bytes
    }

    enum Default: Sendable {
        case bits(UInt64)
        case text(String)
    }

    struct Field: Sendable {
        var paths: [String]
        var kind: Kind
        var slot: Int
        /// Of a flag its bit in the word of the slot, which it shares with the other flags.
        var bit: Int?
        var isRequired: Bool
        var fallback: Default?
    }

    /// The record itself is table 0, each list a table after it.
    struct Table: Sendable {
        var paths: [String]
        var isRequired: Bool
        var fields: [Field] = []
        /// Words of a row: one a field, one for all flags of a set.
        var slotCount = 0
    }

    private(set) var tables: [Table] = [Table(paths: [""], isRequired: true)]

    /// A reader that wants nothing yet.
    public init() {}

    /// An `int` or `long`.
    public mutating func long(
        _ paths: String...,
        in list: ReaderList? = nil,
        required: Bool = false,
        default fallback: Int64? = nil
    ) -> ReaderField<Int64> {
        add(paths, .long, list, required, fallback.map { .bits(UInt64(bitPattern: $0)) })
    }

    /// A `double`, or an `int`, `long` or `float` promoted to it.
    public mutating func double(
        _ paths: String...,
        in list: ReaderList? = nil,
        required: Bool = false,
        default fallback: Double? = nil
    ) -> ReaderField<Double> {
        add(paths, .double, list, required, fallback.map { .bits($0.bitPattern) })
    }

    /// A `boolean`.
    public mutating func boolean(
        _ paths: String...,
        in list: ReaderList? = nil,
        required: Bool = false,
        default fallback: Bool? = nil
    ) -> ReaderField<Bool> {
        add(paths, .boolean, list, required, fallback.map { .bits($0 ? 1 : 0) })
    }

    /// Up to 64 `boolean`s as the bits of one word: bit n is set where the n-th of the fields is there and true. A run of
    /// booleans is then read in few steps, however many they are.
    public mutating func flags(_ paths: [String], in list: ReaderList? = nil) -> ReaderField<UInt64> {
        precondition(paths.count <= UInt64.bitWidth, "more flags than bits")
        let table = table(list)
        let slot = tables[table].newSlot()
        for (bit, path) in paths.enumerated() {
            tables[table].fields.append(
                Field(paths: [path], kind: .boolean, slot: slot, bit: bit, isRequired: false)
            )
        }
        return ReaderField(table: table, slot: slot)
    }

    /// A `string`, `bytes` taken as UTF-8, or the symbol of an `enum`.
    public mutating func string(
        _ paths: String...,
        in list: ReaderList? = nil,
        required: Bool = false,
        default fallback: String? = nil
    ) -> ReaderField<String> {
        add(paths, .string, list, required, fallback.map { .text($0) })
    }

    /// `bytes`, `fixed` or the UTF-8 of a `string`, as a range of bytes of the datum.
    public mutating func bytes(
        _ paths: String...,
        in list: ReaderList? = nil,
        required: Bool = false
    ) -> ReaderField<Range<Int>> {
        add(paths, .bytes, list, required, nil)
    }

    /// An `array` of the datum; null or absent it has 0 rows.
    public mutating func list(_ paths: String..., required: Bool = false) -> ReaderList {
        tables.append(Table(paths: paths, isRequired: required))
        return ReaderList(table: tables.count - 1)
    }

    private mutating func add<Value>(
        _ paths: [String],
        _ kind: Kind,
        _ list: ReaderList?,
        _ isRequired: Bool,
        _ fallback: Default?
    ) -> ReaderField<Value> {
        let table = table(list)
        let slot = tables[table].newSlot()
        tables[table].fields.append(
            Field(paths: paths, kind: kind, slot: slot, isRequired: isRequired, fallback: fallback)
        )
        return ReaderField(table: table, slot: slot)
    }

    private func table(_ list: ReaderList?) -> Int {
        let table = list.map { Int($0.table) } ?? 0
        precondition(table < tables.count, "the list belongs to another ReaderSchema")
        return table
    }
}

extension ReaderSchema.Table {
    fileprivate mutating func newSlot() -> Int {
        slotCount += 1
        return slotCount - 1
    }
}
