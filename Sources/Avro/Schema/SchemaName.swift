import Ground

/// Avro's rules for names: a name with a dot is full; any other stands in its own or the enclosing namespace.
enum SchemaName {
    /// Full name of the type that a JSON object defines, seen from an enclosing namespace; nil where it defines none.
    static func ofDefinition(_ json: JSONValue, in enclosing: String = "") -> String? {
        guard let type = json["type"]?.text, ["record", "error", "enum", "fixed"].contains(type),
            let name = json["name"]?.text
        else { return nil }
        return full(name, in: json["namespace"]?.text ?? enclosing)
    }

    static func full(_ name: String, in namespace: String) -> String {
        name.contains(".") || namespace.isEmpty ? name : namespace + "." + name
    }

    static func namespace(ofFull name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? ""
    }

    /// Letters, digits and `_`, dots between; no survey's schema has others, and libavro refuses them.
    static func isValid(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            guard let first = part.utf8.first, !isDigit(first) else { return false }
            return part.utf8.allSatisfy { isDigit($0) || isLetter($0) }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
}
