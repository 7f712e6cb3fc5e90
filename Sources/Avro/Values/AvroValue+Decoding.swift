extension AvroValue {
    /// One value from the start of `datum`.
    /// - Returns: the value and the number of bytes it took.
    /// - Throws: `AvroError` with path and offset; strings must be UTF-8.
    public static func decode(
        _ datum: UnsafeRawBufferPointer,
        as schema: AvroSchema,
        limits: AvroLimits = AvroLimits()
    ) throws(AvroError) -> (value: AvroValue, used: Int) {
        var decoder = ValueDecoder(schema: schema)
        var reader = DatumReader(datum, limits: limits)
        let value = try decoder.value(schema.root, &reader)
        return (value, reader.offset)
    }

    /// One value from the start of `datum`.
    /// - Returns: the value and the number of bytes it took.
    /// - Throws: `AvroError` with path and offset; strings must be UTF-8.
    public static func decode(
        _ datum: [UInt8],
        as schema: AvroSchema,
        limits: AvroLimits = AvroLimits()
    ) throws(AvroError) -> (value: AvroValue, used: Int) {
        let result = datum.withUnsafeBytes { bytes in
            Result { () throws(AvroError) in try decode(bytes, as: schema, limits: limits) }
        }
        return try result.get()
    }
}

private struct ValueDecoder {
    private let schema: AvroSchema

    init(schema: AvroSchema) {
        self.schema = schema
    }

    mutating func value(_ type: AvroSchema.TypeIndex, _ reader: inout DatumReader) throws(AvroError) -> AvroValue {
        if schema.properties[type].mayBeEmpty { try reader.countEmpty() }
        return try countedValue(type, &reader)
    }

    private mutating func countedValue(
        _ type: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) -> AvroValue {
        switch schema[type] {
        case .null: return .null
        case .boolean: return .boolean(try reader.boolean())
        case .int: return .int(try reader.int())
        case .long: return .long(try reader.long())
        case .float: return .float(try reader.float())
        case .double: return .double(try reader.double())
        case .bytes: return .bytes([UInt8](try reader.lengthAndBytes()))
        case .string: return .string(try string(&reader))
        case .fixed(_, let size): return .fixed([UInt8](try reader.raw(size)))
        case .enumeration(_, let symbols, _):
            return .enumeration(symbols[try reader.choice(of: symbols.count, .badSymbol)])
        case .union(let branches):
            let branch = try reader.choice(of: branches.count, .badBranch)
            // The number of the branch has taken a byte.
            let inner = try countedValue(branches[branch], &reader)
            return schema.isNullable(branches) ? inner : .union(branch, inner)
        case .array, .map, .record: return try nested(type, &reader)
        }
    }

    private mutating func nested(
        _ type: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) -> AvroValue {
        var result = AvroValue.null
        try reader.nested { (reader) throws(AvroError) in
            switch schema[type] {
            case .array(let item): result = try array(item, &reader)
            case .map(let item): result = try map(item, &reader)
            case .record(_, let fields): result = try record(fields, &reader)
            default: break
            }
        }
        return result
    }

    private mutating func array(
        _ item: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) -> AvroValue {
        var items: [AvroValue] = []
        try reader.items(mayBeEmpty: schema.properties[item].mayBeEmpty) { (reader) throws(AvroError) in
            items.append(try value(item, &reader))
        }
        return .array(items)
    }

    private mutating func map(
        _ item: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) -> AvroValue {
        var entries: [String: AvroValue] = [:]
        try reader.items(mayBeEmpty: false) { (reader) throws(AvroError) in
            let key = try string(&reader)
            entries[key] = try value(item, &reader)
        }
        return .map(entries)
    }

    private mutating func record(
        _ fields: [AvroSchema.Field],
        _ reader: inout DatumReader
    ) throws(AvroError) -> AvroValue {
        var values: [(name: String, value: AvroValue)] = []
        values.reserveCapacity(fields.count)
        for field in fields {
            reader.path.append(field.name)
            values.append((field.name, try value(field.type, &reader)))
            reader.path.removeLast()
        }
        return .record(AvroRecord(values))
    }

    private func string(_ reader: inout DatumReader) throws(AvroError) -> String {
        let start = reader.offset
        guard let text = String(validating: try reader.lengthAndBytes(), as: UTF8.self) else {
            throw reader.failure(.corrupt, "a string that is no UTF-8", at: start)
        }
        return text
    }
}

extension AvroSchema {
    /// Whether a union is of null and one other type.
    func isNullable(_ branches: [TypeIndex]) -> Bool {
        branches.count == 2 && branches.contains { types[$0] == .null }
    }
}
