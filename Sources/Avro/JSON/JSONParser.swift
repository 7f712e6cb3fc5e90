/// A strict JSON reader (RFC 8259) with bounds on nesting and on the number of values.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private let maximumDepth: Int
    private let maximumValues: Int
    private var valuesLeft: Int
    private let readsBareNonFinite: Bool

    /// Parses a whole text.
    /// - Parameter readsBareNonFinite: whether `NaN`, `Infinity` and `-Infinity` are read, as the strings that stand for
    ///   them: Python's json writes them so, though they are no JSON.
    /// - Throws: `AvroError` of kind `schema` with the position, `schemaTooLarge` and `schemaTooDeep` for more values or nesting than are
    ///   allowed.
    static func parse(
        _ text: some Collection<UInt8>,
        maximumDepth: Int = 128,
        maximumValues: Int = AvroLimits().schemaValues,
        readsBareNonFinite: Bool = false
    ) throws(AvroError) -> JSONValue {
        let copy = Array(text)
        let result = copy.withUnsafeBufferPointer { buffer -> Result<JSONValue, AvroError> in
            var parser = JSONParser(
                bytes: buffer,
                maximumDepth: maximumDepth,
                maximumValues: maximumValues,
                readsBareNonFinite: readsBareNonFinite
            )
            do throws(AvroError) {
                let value = try parser.value(depth: 0)
                parser.skipSpace()
                guard parser.position == buffer.count else { throw parser.failure("text after the JSON value") }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(
        bytes: UnsafeBufferPointer<UInt8>,
        maximumDepth: Int,
        maximumValues: Int,
        readsBareNonFinite: Bool
    ) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
        self.readsBareNonFinite = readsBareNonFinite
        valuesLeft = maximumValues
    }

    private mutating func value(depth: Int) throws(AvroError) -> JSONValue {
        guard depth < maximumDepth else {
            throw AvroError(.schemaTooDeep, "JSON nested deeper than \(maximumDepth) levels", offset: position)
        }
        guard valuesLeft > 0 else {
            throw AvroError(.schemaTooLarge, "JSON of more than \(maximumValues) values", offset: position)
        }
        valuesLeft -= 1
        skipSpace()
        guard let first = peek() else { throw failure("the JSON text ends too early") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "N") where readsBareNonFinite: return try literal("NaN", .string("NaN"))
        case UInt8(ascii: "I") where readsBareNonFinite: return try literal("Infinity", .string("Infinity"))
        case UInt8(ascii: "-") where readsBareNonFinite && isFollowed(by: UInt8(ascii: "I")):
            return try literal("-Infinity", .string("-Infinity"))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("no JSON value")
        }
    }

    private mutating func object(depth: Int) throws(AvroError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw failure("no name of an attribute") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("no ':' after the name '\(name)'") }
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor '}' after the attribute '\(name)'") }
        }
    }

    private mutating func array(depth: Int) throws(AvroError) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor ']' in an array") }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(AvroError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw failure("the JSON text ends too early") }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] {
            throw failure("no JSON value")
        }
        position += count
        return value
    }

    private mutating func number() throws(AvroError) -> JSONValue {
        let start = position
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        let firstDigit = position
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[firstDigit] != UInt8(ascii: "0") else { throw failure("no JSON number") }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard digits() > 0 else { throw failure("no digit after the decimal point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure("no digit in the exponent") }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isInteger, text != "-0", let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure("the number \(text) is out of range") }
        return .number(number)
    }

    private func isFollowed(by byte: UInt8) -> Bool {
        position + 1 < bytes.count && bytes[position + 1] == byte
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func string() throws(AvroError) -> String {
        position += 1
        if let plain = try plainString() { return plain }
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string that is no UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string without an end")
    }

    /// A string without escapes, which is nearly every one: taken in one piece.
    private mutating func plainString() throws(AvroError) -> String? {
        var end = position
        while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\\") {
            guard bytes[end] != UInt8(ascii: "\"") else {
                let text = UnsafeBufferPointer(rebasing: bytes[position..<end])
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string that is no UTF-8")
                }
                position = end + 1
                return string
            }
            end += 1
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) throws(AvroError) {
        guard let byte = peek() else { throw failure("a string without an end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw failure("an unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(AvroError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw failure("half of a surrogate pair")
        }
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw failure("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(AvroError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("no four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func failure(_ message: String) -> AvroError {
        AvroError(.schema, message, offset: position)
    }
}
