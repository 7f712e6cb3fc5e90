/// Prints a datum as it is, as one JSON object: the writer's names, every field, unions as plain values, integers as
/// JSON integers, floats with the digits that read back as the same double, NaN and infinities as strings, timestamps
/// as integers, `bytes` and `fixed` as `{"bytes": count, "crc32": "8 hexadecimal digits"}`. Text that is no UTF-8 gets
/// U+FFFD for what is wrong.
public struct RawJSON: Sendable {
    private let schema: AvroSchema
    private let limits: AvroLimits

    /// A printer for data of `schema`.
    public init(_ schema: AvroSchema, limits: AvroLimits = AvroLimits()) {
        self.schema = schema
        self.limits = limits
    }

    /// Appends the JSON of the datum at the start of `datum`.
    /// - Returns: the number of bytes that the datum took.
    /// - Throws: `AvroError` with path and offset; `text` is then as before.
    public func append(_ datum: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(AvroError) -> Int {
        let start = text.count
        var printer = RawJSONPrinter(schema: schema, text: text, maximum: text.count + limits.printedBytes)
        text = []
        defer { text = printer.text }
        var reader = DatumReader(datum, limits: limits)
        do throws(AvroError) {
            try printer.print(schema.root, &reader)
        } catch {
            printer.text.removeLast(printer.text.count - start)
            throw error
        }
        return reader.offset
    }
}

private struct RawJSONPrinter {
    private let schema: AvroSchema
    private let maximum: Int
    var text: [UInt8]

    init(schema: AvroSchema, text: [UInt8], maximum: Int) {
        self.schema = schema
        self.text = text
        self.maximum = maximum
    }

    mutating func print(_ type: AvroSchema.TypeIndex, _ reader: inout DatumReader) throws(AvroError) {
        if schema.properties[type].mayBeEmpty { try reader.countEmpty() }
        guard text.count <= maximum else {
            throw reader.failure(.tooLarge, "JSON of more than \(maximum) bytes")
        }
        try printCounted(type, &reader)
    }

    private mutating func printCounted(
        _ type: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) {
        switch schema[type] {
        case .null: JSONWriter.append(.null, to: &text)
        case .boolean: JSONWriter.append(.boolean(try reader.boolean()), to: &text)
        case .int: JSONWriter.append(.integer(Int64(try reader.int())), to: &text)
        case .long: JSONWriter.append(.integer(try reader.long()), to: &text)
        case .float: JSONWriter.append(Double(try reader.float()), to: &text)
        case .double: JSONWriter.append(try reader.double(), to: &text)
        case .bytes: print(bytes: try reader.lengthAndBytes())
        case .fixed(_, let size): print(bytes: try reader.raw(size))
        case .string: JSONWriter.append(try string(&reader), to: &text)
        case .enumeration(_, let symbols, _):
            JSONWriter.append(symbols[try reader.choice(of: symbols.count, .badSymbol)], to: &text)
        case .union(let branches):
            let branch = try reader.choice(of: branches.count, .badBranch)
            // The number of the branch has taken a byte.
            try printCounted(branches[branch], &reader)
        case .array(let item):
            try reader.nested { (reader) throws(AvroError) in try print(items: item, &reader) }
        case .map(let item):
            try reader.nested { (reader) throws(AvroError) in try print(entries: item, &reader) }
        case .record(_, let fields):
            try reader.nested { (reader) throws(AvroError) in try print(fields, &reader) }
        }
    }

    private mutating func print(
        items item: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) {
        text.append(UInt8(ascii: "["))
        var isFirst = true
        try reader.items(mayBeEmpty: schema.properties[item].mayBeEmpty) { (reader) throws(AvroError) in
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            try print(item, &reader)
        }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func print(
        entries item: AvroSchema.TypeIndex,
        _ reader: inout DatumReader
    ) throws(AvroError) {
        text.append(UInt8(ascii: "{"))
        var isFirst = true
        try reader.items(mayBeEmpty: false) { (reader) throws(AvroError) in
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONWriter.append(try string(&reader), to: &text)
            text.append(UInt8(ascii: ":"))
            try print(item, &reader)
        }
        text.append(UInt8(ascii: "}"))
    }

    private mutating func print(_ fields: [AvroSchema.Field], _ reader: inout DatumReader) throws(AvroError) {
        text.append(UInt8(ascii: "{"))
        for (position, field) in fields.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            JSONWriter.append(field.name, to: &text)
            text.append(UInt8(ascii: ":"))
            reader.path.append(field.name)
            try print(field.type, &reader)
            reader.path.removeLast()
        }
        text.append(UInt8(ascii: "}"))
    }

    private mutating func print(bytes: UnsafeRawBufferPointer) {
        let crc = CRC32.of(bytes)
        text.append(contentsOf: "{\"bytes\":\(bytes.count),\"crc32\":\"".utf8)
        for shift in stride(from: 28, through: 0, by: -4) {
            text.append(JSONWriter.hexDigit(UInt8(crc >> UInt32(shift) & 15)))
        }
        text.append(contentsOf: "\"}".utf8)
    }

    private func string(_ reader: inout DatumReader) throws(AvroError) -> String {
        String(decoding: try reader.lengthAndBytes(), as: UTF8.self)
    }
}
