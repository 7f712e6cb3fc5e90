/// Parts of FITS files (FITS standard 4.0): cards of 80 characters in blocks of 2880 bytes.
enum FITS {
    static let block = 2880

    /// A header of the given cards, `END` and blanks added.
    static func header(_ cards: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for card in cards + ["END"] {
            let text = Array(card.utf8.prefix(80))
            bytes += text + [UInt8](repeating: UInt8(ascii: " "), count: 80 - text.count)
        }
        return bytes + [UInt8](repeating: UInt8(ascii: " "), count: padding(bytes.count))
    }

    /// A card with a value that stands right-justified in columns 11 to 30.
    static func card(_ keyword: String, _ value: String) -> String {
        let name = keyword + String(repeating: " ", count: max(0, 8 - keyword.utf8.count))
        return name + "= " + String(repeating: " ", count: max(0, 20 - value.utf8.count)) + value
    }

    /// A card with a text.
    static func card(_ keyword: String, text: String) -> String {
        let name = keyword + String(repeating: " ", count: max(0, 8 - keyword.utf8.count))
        let filled = text + String(repeating: " ", count: max(0, 8 - text.utf8.count))
        return name + "= '" + filled + "'"
    }

    /// Bytes that are missing to whole blocks.
    static func padding(_ count: Int) -> Int {
        (block - count % block) % block
    }

    /// Writes big-endian floats.
    static func append(_ pixels: some Sequence<Float>, to bytes: inout [UInt8]) {
        for pixel in pixels {
            let bits = pixel.bitPattern.bigEndian
            withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
        }
    }
}
