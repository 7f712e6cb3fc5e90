internal import CAvro

/// Makes values of ours of libavro's. The turn (`LibAvroReader.turn`) must be taken.
enum LibAvroValue {
    /// The value that stands in the library's memory, by our reading of the schema.
    /// - Throws: `AvroError` of kind `corrupt` where the two do not have the same shape.
    static func converted(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ schema: AvroSchema,
        _ type: AvroSchema.TypeIndex
    ) throws(AvroError) -> AvroValue {
        switch schema[type] {
        case .null: return .null
        case .boolean: return .boolean(try number(value, trifid_avro_get_boolean) != 0)
        case .int: return .int(try number(value, trifid_avro_get_int))
        case .long: return .long(try number(value, trifid_avro_get_long))
        case .float: return .float(try number(value, trifid_avro_get_float))
        case .double: return .double(try number(value, trifid_avro_get_double))
        case .bytes: return .bytes(try bytes(value, trifid_avro_get_bytes))
        case .fixed: return .fixed(try bytes(value, trifid_avro_get_fixed))
        case .string: return .string(try text(value))
        case .enumeration(_, let symbols, _):
            let index = Int(try number(value, trifid_avro_get_enum))
            guard symbols.indices.contains(index) else { throw LibAvroReader.refusal("a symbol") }
            return .enumeration(symbols[index])
        case .union(let branches): return try union(value, schema, branches)
        case .array(let item):
            return .array(
                try children(value).map { (child) throws(AvroError) in
                    var child = child.value
                    return try converted(&child, schema, item)
                }
            )
        case .map(let item):
            var entries: [String: AvroValue] = [:]
            for (name, value) in try children(value) {
                var child = value
                entries[name] = try converted(&child, schema, item)
            }
            return .map(entries)
        case .record(_, let fields): return try record(value, schema, fields)
        }
    }

    private static func union(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ schema: AvroSchema,
        _ branches: [AvroSchema.TypeIndex]
    ) throws(AvroError) -> AvroValue {
        let branch = Int(try number(value, trifid_avro_get_discriminant))
        var child = avro_value_t()
        try check(trifid_avro_get_current_branch(value, &child))
        guard branches.indices.contains(branch) else { throw LibAvroReader.refusal("a branch") }
        let inner = try converted(&child, schema, branches[branch])
        return schema.isNullable(branches) ? inner : .union(branch, inner)
    }

    private static func record(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ schema: AvroSchema,
        _ fields: [AvroSchema.Field]
    ) throws(AvroError) -> AvroValue {
        let children = try children(value)
        guard children.count == fields.count else { throw LibAvroReader.refusal("a record") }
        var values: [(name: String, value: AvroValue)] = []
        values.reserveCapacity(fields.count)
        for (field, child) in zip(fields, children) {
            var inner = child.value
            values.append((child.name, try converted(&inner, schema, field.type)))
        }
        return .record(AvroRecord(values))
    }

    private static func check(_ status: Int32) throws(AvroError) {
        guard status == 0 else { throw LibAvroReader.refusal("a value") }
    }

    private static func number<Number: Numeric>(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ get: (UnsafePointer<avro_value_t>?, UnsafeMutablePointer<Number>?) -> Int32
    ) throws(AvroError) -> Number {
        var number: Number = 0
        try check(get(value, &number))
        return number
    }

    private static func bytes(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ get: (
            UnsafePointer<avro_value_t>?, UnsafeMutablePointer<UnsafeRawPointer?>?, UnsafeMutablePointer<Int>?
        ) -> Int32
    ) throws(AvroError) -> [UInt8] {
        var bytes: UnsafeRawPointer?
        var count = 0
        try check(get(value, &bytes, &count))
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
    }

    private static func text(_ value: UnsafeMutablePointer<avro_value_t>) throws(AvroError) -> String {
        var text: UnsafePointer<CChar>?
        var count = 0
        try check(trifid_avro_get_string(value, &text, &count))
        // The count includes the zero byte behind the text.
        let bytes = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : max(0, count - 1))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The items of an array, the entries of a map or the fields of a record, with their names.
    private static func children(
        _ value: UnsafeMutablePointer<avro_value_t>
    ) throws(AvroError) -> [(name: String, value: avro_value_t)] {
        var count = 0
        try check(trifid_avro_get_size(value, &count))
        var found: [(name: String, value: avro_value_t)] = []
        found.reserveCapacity(count)
        for index in 0..<count {
            var child = avro_value_t()
            var name: UnsafePointer<CChar>?
            try check(trifid_avro_get_by_index(value, index, &child, &name))
            found.append((name.map { String(cString: $0) } ?? "", child))
        }
        return found
    }
}
