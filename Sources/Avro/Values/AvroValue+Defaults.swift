extension AvroSchema {
    /// The value of a field's default, which a schema writes as JSON: bytes as characters up to U+00FF, what is no
    /// finite number as "NaN", "Infinity" or "-Infinity", a union's as a value of the first branch that takes it.
    func value(ofDefault json: JSONValue, _ type: TypeIndex, path: [String]) throws(AvroError) -> AvroValue {
        if let value = value(json, type, depth: 0) { return value }
        throw AvroError(
            .schema,
            "the default \(json) is no \(typeDescription(type))",
            path: path.joined(separator: ".")
        )
    }

    private func value(_ json: JSONValue, _ type: TypeIndex, depth: Int) -> AvroValue? {
        guard depth < 64 else { return nil }
        switch (types[type], json) {
        case (.null, .null): return .null
        case (.boolean, .boolean(let flag)): return .boolean(flag)
        case (.int, .integer(let integer)): return Int32(exactly: integer).map { .int($0) }
        case (.long, .integer(let integer)): return .long(integer)
        case (.float, .integer(let integer)): return .float(Float(integer))
        case (.float, .number(let number)): return .float(Float(number))
        case (.double, .integer(let integer)): return .double(Double(integer))
        case (.double, .number(let number)): return .double(number)
        case (.float, .string(let text)): return AvroSchema.nonFinite(text).map { .float(Float($0)) }
        case (.double, .string(let text)): return AvroSchema.nonFinite(text).map { .double($0) }
        case (.string, .string(let text)): return .string(text)
        case (.bytes, .string(let text)): return AvroSchema.bytes(text).map { .bytes($0) }
        case (.fixed(_, let size), .string(let text)):
            return AvroSchema.bytes(text).flatMap { $0.count == size ? .fixed($0) : nil }
        case (.enumeration(_, let symbols, _), .string(let symbol)):
            return symbols.contains(symbol) ? .enumeration(symbol) : nil
        case (.array(let item), .array(let items)): return array(items, item, depth)
        case (.map(let item), .object(let members)): return map(members, item, depth)
        case (.record(_, let fields), .object): return record(json, fields, depth)
        case (.union(let branches), _):
            for (index, branch) in branches.enumerated() {
                if let value = value(json, branch, depth: depth + 1) { return .union(index, value) }
            }
            return nil
        default: return nil
        }
    }

    private func array(_ items: [JSONValue], _ item: TypeIndex, _ depth: Int) -> AvroValue? {
        var values: [AvroValue] = []
        for json in items {
            guard let value = value(json, item, depth: depth + 1) else { return nil }
            values.append(value)
        }
        return .array(values)
    }

    private func map(_ members: [JSONValue.Member], _ item: TypeIndex, _ depth: Int) -> AvroValue? {
        var entries: [String: AvroValue] = [:]
        for member in members {
            guard let value = value(member.value, item, depth: depth + 1) else { return nil }
            entries[member.name] = value
        }
        return .map(entries)
    }

    private func record(_ json: JSONValue, _ fields: [Field], _ depth: Int) -> AvroValue? {
        var values: [(name: String, value: AvroValue)] = []
        for field in fields {
            guard let inner = json[field.name] ?? field.fallback,
                let value = value(inner, field.type, depth: depth + 1)
            else { return nil }
            values.append((field.name, value))
        }
        return .record(AvroRecord(values))
    }

    private static func nonFinite(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: nil
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
