@testable import Avro

/// What a plan must give, worked out from the generic value instead of the bytes.
struct Expectation {
    let schema: AvroSchema

    /// Paths from a type through records and unions, with the type that each ends at.
    func paths(_ type: AvroSchema.TypeIndex, depth: Int = 0) -> [(path: [String], type: AvroSchema.TypeIndex)] {
        guard depth < 12 else { return [] }
        switch schema[type] {
        case .record(_, let fields):
            return fields.flatMap { field in
                [([field.name], field.type)]
                    + paths(field.type, depth: depth + 1).map { ([field.name] + $0.path, $0.type) }
            }
        case .union(let branches):
            return branches.flatMap { paths($0, depth: depth + 1) }
        default: return []
        }
    }

    /// The value at a path, by the rule that the first branch that has the path is the one that is meant; nil where
    /// the datum holds another branch, or null.
    func value(_ path: ArraySlice<String>, _ type: AvroSchema.TypeIndex, _ value: AvroValue) -> AvroValue? {
        guard let name = path.first else { return content(type, value).value }
        switch schema[type] {
        case .record(_, let fields):
            guard let field = fields.last(where: { $0.name == name }), let inner = value[name] else { return nil }
            return self.value(path.dropFirst(), field.type, inner)
        case .union(let branches):
            let (branch, inner) = content(type, value)
            guard branch == branches.firstIndex(where: { has(path, $0) }), let branch else { return nil }
            return self.value(path, branches[branch], inner)
        default: return nil
        }
    }

    func has(_ path: ArraySlice<String>, _ type: AvroSchema.TypeIndex) -> Bool {
        guard let name = path.first else { return true }
        switch schema[type] {
        case .record(_, let fields):
            return fields.last { $0.name == name }.map { has(path.dropFirst(), $0.type) } ?? false
        case .union(let branches): return branches.contains { has(path, $0) }
        default: return false
        }
    }

    /// The branch of a union value, and what is in it.
    private func content(_ type: AvroSchema.TypeIndex, _ value: AvroValue) -> (branch: Int?, value: AvroValue) {
        guard case .union(let branches) = schema[type] else { return (nil, value) }
        if case .union(let branch, let inner) = value { return (branch, inner) }
        return (branches.firstIndex { (schema[$0] == .null) == (value == .null) }, value)
    }

    /// A kind that reads all branches of a type; nil if there is none.
    func kind(_ type: AvroSchema.TypeIndex) -> ReaderSchema.Kind? {
        var shapes = [schema[type]]
        if case .union(let branches) = schema[type] { shapes = branches.map { schema[$0] }.filter { $0 != .null } }
        guard let first = shapes.first, first != .null else { return nil }
        let kinds: [ReaderSchema.Kind] = [.boolean, .long, .double, .string, .bytes]
        return kinds.first { kind in shapes.allSatisfy { reads(kind, $0) } }
    }

    private func reads(_ kind: ReaderSchema.Kind, _ shape: AvroSchema.Shape) -> Bool {
        switch (kind, shape) {
        case (.boolean, .boolean), (.long, .int), (.long, .long), (.double, .int), (.double, .long), (.double, .float),
            (.double, .double), (.string, .string), (.string, .bytes), (.string, .enumeration), (.bytes, .fixed),
            (.bytes, .bytes), (.bytes, .string):
            true
        default: false
        }
    }
}

/// A field of any kind that a test wants.
enum WantedField {
    case boolean(ReaderField<Bool>)
    case long(ReaderField<Int64>)
    case double(ReaderField<Double>)
    case string(ReaderField<String>)
    case bytes(ReaderField<Range<Int>>)

    init(_ kind: ReaderSchema.Kind, _ path: String, _ reader: inout ReaderSchema, in list: ReaderList? = nil) {
        switch kind {
        case .boolean: self = .boolean(reader.boolean(path, in: list, required: true))
        case .long: self = .long(reader.long(path, in: list, required: true))
        case .double: self = .double(reader.double(path, in: list, required: true))
        case .string: self = .string(reader.string(path, in: list, required: true))
        case .bytes: self = .bytes(reader.bytes(path, in: list, required: true))
        }
    }

    /// Whether the record holds, in a row, just the value that the generic decoder gave.
    func holds(_ value: AvroValue?, _ record: DecodedRecord, _ row: Int, _ datum: [UInt8]) -> Bool {
        switch (self, value) {
        case (.boolean(let field), .boolean(let flag)): record[field, row] == flag
        case (.long(let field), .int(let integer)): record[field, row] == Int64(integer)
        case (.long(let field), .long(let integer)): record[field, row] == integer
        case (.double(let field), .int(let integer)): record[field, row] == Double(integer)
        case (.double(let field), .long(let integer)): record[field, row] == Double(integer)
        case (.double(let field), .float(let number)):
            record[field, row]?.bitPattern == Double(number).bitPattern
        case (.double(let field), .double(let number)): record[field, row]?.bitPattern == number.bitPattern
        case (.string(let field), .string(let text)): record.string(field, row) == text
        case (.string(let field), .enumeration(let symbol)): record.string(field, row) == symbol
        case (.string(let field), .bytes(let bytes)): record[field, row].map { [UInt8](datum[$0]) } == bytes
        case (.bytes(let field), .bytes(let bytes)), (.bytes(let field), .fixed(let bytes)):
            record[field, row].map { [UInt8](datum[$0]) } == bytes
        case (.bytes(let field), .string(let text)): record[field, row].map { [UInt8](datum[$0]) } == [UInt8](text.utf8)
        case (.boolean(let field), nil), (.boolean(let field), .null): record[field, row] == nil
        case (.long(let field), nil), (.long(let field), .null): record[field, row] == nil
        case (.double(let field), nil), (.double(let field), .null): record[field, row] == nil
        case (.string(let field), nil), (.string(let field), .null): record.string(field, row) == nil
        case (.bytes(let field), nil), (.bytes(let field), .null): record[field, row] == nil
        default: false
        }
    }
}
