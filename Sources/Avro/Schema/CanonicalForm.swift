/// The Parsing Canonical Form of a schema and its fingerprint (Avro 1.11 specification, "Transforming into Parsing
/// Canonical Form" and "Schema Fingerprints"): what two schemas share by which the same bytes read the same.
extension AvroSchema {
    /// The schema without what does not decide how bytes are read: docs, defaults, aliases, logical types.
    public var canonicalForm: String {
        var text: [UInt8] = []
        var written: Set<TypeIndex> = []
        append(root, &text, &written)
        return String(decoding: text, as: UTF8.self)
    }

    /// The CRC-64-AVRO of the canonical form.
    public var fingerprint: UInt64 {
        Fingerprint.of(canonicalForm.utf8)
    }

    /// Types are walked through in the order in which they were parsed, so that this nests no deeper than that did.
    private func append(_ type: TypeIndex, _ text: inout [UInt8], _ written: inout Set<TypeIndex>) {
        switch types[type] {
        case .array(let item): append("array", "items", item, &text, &written)
        case .map(let item): append("map", "values", item, &text, &written)
        case .union(let branches):
            text.append(UInt8(ascii: "["))
            for (position, branch) in branches.enumerated() {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                append(branch, &text, &written)
            }
            text.append(UInt8(ascii: "]"))
        case .record(let name, let fields):
            guard start(type, name, "record", &text, &written) else { return }
            text.append(contentsOf: ",\"fields\":[".utf8)
            for (position, field) in fields.enumerated() {
                text.append(contentsOf: (position > 0 ? ",{\"name\":" : "{\"name\":").utf8)
                JSONWriter.append(field.name, to: &text)
                text.append(contentsOf: ",\"type\":".utf8)
                append(field.type, &text, &written)
                text.append(UInt8(ascii: "}"))
            }
            text.append(contentsOf: "]}".utf8)
        case .enumeration(let name, let symbols, _):
            guard start(type, name, "enum", &text, &written) else { return }
            text.append(contentsOf: ",\"symbols\":".utf8)
            JSONWriter.append(.array(symbols.map { .string($0) }), to: &text)
            text.append(UInt8(ascii: "}"))
        case .fixed(let name, let size):
            guard start(type, name, "fixed", &text, &written) else { return }
            text.append(contentsOf: ",\"size\":\(size)}".utf8)
        case let primitive: JSONWriter.append(primitive.branchName, to: &text)
        }
    }

    private func append(
        _ kind: String,
        _ attribute: String,
        _ item: TypeIndex,
        _ text: inout [UInt8],
        _ written: inout Set<TypeIndex>
    ) {
        text.append(contentsOf: "{\"type\":\"\(kind)\",\"\(attribute)\":".utf8)
        append(item, &text, &written)
        text.append(UInt8(ascii: "}"))
    }

    /// Starts a named type, or names it where it stands in full already.
    private func start(
        _ type: TypeIndex,
        _ name: String,
        _ kind: String,
        _ text: inout [UInt8],
        _ written: inout Set<TypeIndex>
    ) -> Bool {
        guard written.insert(type).inserted else {
            JSONWriter.append(name, to: &text)
            return false
        }
        text.append(contentsOf: "{\"name\":".utf8)
        JSONWriter.append(name, to: &text)
        text.append(contentsOf: ",\"type\":\"\(kind)\"".utf8)
        return true
    }
}

/// CRC-64-AVRO: Rabin's fingerprint with the polynomial of the specification.
enum Fingerprint {
    private static let empty: UInt64 = 0xC15D_213A_A4D7_A795

    private static let table: [UInt64] = (0..<256).map { index in
        (0..<8).reduce(UInt64(index)) { value, _ in value >> 1 ^ (empty & (0 &- (value & 1))) }
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(empty) { $0 >> 8 ^ table[Int(($0 ^ UInt64($1)) & 0xFF)] }
    }
}
