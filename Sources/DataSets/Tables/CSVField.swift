internal import Glibc
internal import Ground

/// One value of a table, as it stands there; valid while its row is.
package struct CSVField {
    let bytes: UnsafeBufferPointer<UInt8>

    /// Whether there is nothing.
    package var isEmpty: Bool { bytes.isEmpty }

    /// The text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it is these bytes.
    package func equals(_ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        return bytes.baseAddress.map { memcmp($0, word.utf8Start, bytes.count) == 0 } ?? true
    }

    /// Whether two values are the same bytes.
    package func equals(_ other: [UInt8]) -> Bool {
        bytes.count == other.count && bytes.elementsEqual(other)
    }

    /// A number, nil where it is none or not finite.
    package var number: Double? {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
        // A decimal: strtod would also take hexadecimal, "inf" and leading blanks.
        guard bytes.allSatisfy({ Self.isOfNumber($0) }) else { return nil }
        var end: UnsafeMutablePointer<CChar>?
        let text = UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
        let value = strtod(text, &end)
        return end == UnsafeMutablePointer(mutating: text + bytes.count) && value.isFinite ? value : nil
    }

    /// A number that single precision can hold, nil where it is none: neither beyond its range nor so small that it is 0.
    package var single: Float? {
        guard let number else { return nil }
        let value = Float(number)
        return value.isFinite && (value != 0 || number == 0) ? value : nil
    }

    /// A whole number, nil where it is none.
    package var integer: Int? { Int(text) }

    /// Yes or no: 1 or 0, or true or false in any case, and 1.0 or 0.0, as pandas writes a column with gaps. Nothing is no; nil
    /// where it is something else.
    package var flag: Bool? {
        if isEmpty || equals("0") { return false }
        if equals("1") { return true }
        switch text.lowercased() {
        case "true", "1.0": return true
        case "false", "0.0": return false
        default: return nil
        }
    }

    /// What `flag` reads, as a message says it.
    static var flagWords: String { "neither 0 nor 1 (nor false, true or empty)" }

    /// The value as a message quotes it.
    package var quoted: String { "'\(text.plain(limit: 60))'" }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
