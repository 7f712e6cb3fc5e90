extension AvroValue {
    /// Appends the value's binary encoding by `schema`. An integer may stand for a wider number and a double for a
    /// float, a plain value for the branch of a union that fits it, and a field that is missing for its default.
    /// - Throws: `AvroError` of kind `value` with the path of the field that does not fit; `encoder` is then as before.
    public static func encode(
        _ value: AvroValue,
        as schema: AvroSchema,
        into encoder: inout AvroEncoder
    ) throws(AvroError) {
        let start = encoder.bytes.count
        var writer = ValueEncoder(schema: schema, encoder: encoder)
        encoder = AvroEncoder()
        defer { encoder = writer.encoder }
        do throws(AvroError) {
            try writer.write(value, schema.root)
        } catch {
            writer.encoder.truncate(to: start)
            throw error
        }
    }

    /// The value's binary encoding by `schema`.
    /// - Throws: `AvroError` of kind `value` with the path of the field that does not fit.
    public static func encode(_ value: AvroValue, as schema: AvroSchema) throws(AvroError) -> [UInt8] {
        var encoder = AvroEncoder()
        try encode(value, as: schema, into: &encoder)
        return encoder.bytes
    }
}

private struct ValueEncoder {
    let schema: AvroSchema
    var encoder: AvroEncoder
    private var path: [String] = []
    private var depth = 0

    private static let maximumDepth = 256

    init(schema: AvroSchema, encoder: AvroEncoder) {
        self.schema = schema
        self.encoder = encoder
    }

    mutating func write(_ value: AvroValue, _ type: AvroSchema.TypeIndex) throws(AvroError) {
        guard depth < ValueEncoder.maximumDepth else {
            throw AvroError(.value, "values nested too deep", path: path.joined(separator: "."))
        }
        depth += 1
        defer { depth -= 1 }
        switch (schema[type], value) {
        case (.null, .null): break
        case (.boolean, .boolean(let flag)): encoder.boolean(flag)
        case (.int, .int(let integer)): encoder.int(integer)
        case (.int, .long(let integer)) where Int32(exactly: integer) != nil: encoder.long(integer)
        case (.long, .long(let integer)): encoder.long(integer)
        case (.long, .int(let integer)): encoder.int(integer)
        case (.float, _): encoder.float(try float(value, type))
        case (.double, _): encoder.double(try double(value, type))
        case (.bytes, .bytes(let bytes)): encoder.bytes(bytes)
        case (.string, .string(let text)): encoder.string(text)
        case (.fixed(_, let size), .fixed(let bytes)) where bytes.count == size: encoder.raw(bytes)
        case (.fixed(_, let size), .bytes(let bytes)) where bytes.count == size: encoder.raw(bytes)
        case (.enumeration(_, let symbols, _), .enumeration(let symbol)): try write(symbol, symbols, value, type)
        case (.enumeration(_, let symbols, _), .string(let symbol)): try write(symbol, symbols, value, type)
        case (.array(let item), .array(let items)):
            if !items.isEmpty { encoder.blockStart(items.count) }
            for element in items { try write(element, item) }
            encoder.blocksEnd()
        case (.map(let item), .map(let entries)): try write(entries, item)
        case (.record(_, let fields), .record(let record)): try write(record, fields, type)
        case (.union(let branches), .union(let branch, let inner)):
            guard branches.indices.contains(branch) else { throw mismatch(value, type) }
            encoder.union(branch)
            try write(inner, branches[branch])
        case (.union(let branches), _): try choose(value, branches, type)
        default: throw mismatch(value, type)
        }
    }

    private func float(_ value: AvroValue, _ type: AvroSchema.TypeIndex) throws(AvroError) -> Float {
        switch value {
        case .float(let number): return number
        case .double(let number): return Float(number)
        case .int(let integer): return Float(integer)
        case .long(let integer): return Float(integer)
        default: throw mismatch(value, type)
        }
    }

    private func double(_ value: AvroValue, _ type: AvroSchema.TypeIndex) throws(AvroError) -> Double {
        switch value {
        case .double(let number): return number
        case .float(let number): return Double(number)
        case .int(let integer): return Double(integer)
        case .long(let integer): return Double(integer)
        default: throw mismatch(value, type)
        }
    }

    private mutating func write(
        _ symbol: String,
        _ symbols: [String],
        _ value: AvroValue,
        _ type: AvroSchema.TypeIndex
    ) throws(AvroError) {
        guard let index = symbols.firstIndex(of: symbol) else { throw mismatch(value, type) }
        encoder.enumeration(index)
    }

    /// In the order of the keys, so that the same map gives the same bytes.
    private mutating func write(_ entries: [String: AvroValue], _ item: AvroSchema.TypeIndex) throws(AvroError) {
        if !entries.isEmpty { encoder.blockStart(entries.count) }
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            encoder.string(key)
            path.append(key)
            try write(value, item)
            path.removeLast()
        }
        encoder.blocksEnd()
    }

    private mutating func write(
        _ record: AvroRecord,
        _ fields: [AvroSchema.Field],
        _ type: AvroSchema.TypeIndex
    ) throws(AvroError) {
        for (position, field) in fields.enumerated() {
            path.append(field.name)
            // The same names in the same order is the usual case.
            if position < record.fields.count, record.fields[position].name == field.name {
                try write(record.fields[position].value, field.type)
            } else if let value = record[field.name] {
                try write(value, field.type)
            } else if let fallback = field.fallback {
                try write(schema.value(ofDefault: fallback, field.type, path: path), field.type)
            } else {
                throw AvroError(.value, "no value and no default", path: path.joined(separator: "."))
            }
            path.removeLast()
        }
        guard record.fields.count > fields.count || record.fields.contains(where: { !fields.has($0.name) }) else {
            return
        }
        if let unknown = record.fields.first(where: { !fields.has($0.name) }) {
            path.append(unknown.name)
            throw AvroError(
                .value,
                "the record \(schema.typeDescription(type)) has no such field",
                path: path.joined(separator: ".")
            )
        }
    }

    /// The first branch of just the value's type, else the first that takes it.
    private mutating func choose(
        _ value: AvroValue,
        _ branches: [AvroSchema.TypeIndex],
        _ type: AvroSchema.TypeIndex
    ) throws(AvroError) {
        let start = (bytes: encoder.bytes.count, path: path.count)
        let exact = branches.indices.filter { value.isExactly(schema[branches[$0]]) }
        var reason: AvroError?
        for branch in exact + branches.indices.filter({ !exact.contains($0) }) {
            do throws(AvroError) {
                encoder.union(branch)
                return try write(value, branches[branch])
            } catch {
                // The complaint of the branch that was meant says more than that of the union.
                if exact.contains(branch), reason == nil { reason = error }
                encoder.truncate(to: start.bytes)
                path.removeLast(path.count - start.path)
            }
        }
        throw reason ?? mismatch(value, type)
    }

    private func mismatch(_ value: AvroValue, _ type: AvroSchema.TypeIndex) -> AvroError {
        AvroError(
            .value,
            "the value \(value.brief) is no \(schema.typeDescription(type))",
            path: path.joined(separator: ".")
        )
    }
}

extension [AvroSchema.Field] {
    fileprivate func has(_ name: String) -> Bool {
        contains { $0.name == name }
    }
}

extension AvroValue {
    /// Whether a type is the one that decodes to such a value.
    fileprivate func isExactly(_ shape: AvroSchema.Shape) -> Bool {
        switch (self, shape) {
        case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.float, .float), (.double, .double),
            (.bytes, .bytes), (.string, .string), (.fixed, .fixed), (.enumeration, .enumeration), (.array, .array),
            (.map, .map), (.record, .record):
            true
        default: false
        }
    }

    /// The value in a few words, for errors.
    fileprivate var brief: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .int(let value): "\(value)"
        case .long(let value): "\(value)"
        case .float(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): "'\(text.prefix(40))'"
        case .enumeration(let symbol): "'\(symbol.prefix(40))'"
        case .bytes(let bytes): "of \(bytes.count) bytes"
        case .fixed(let bytes): "of \(bytes.count) bytes"
        case .array(let items): "of \(items.count) items"
        case .map(let entries): "of \(entries.count) entries"
        case .record(let record): "of \(record.fields.count) fields"
        case .union(let branch, let value): "\(value.brief) of branch \(branch)"
        }
    }
}
