extension StringProtocol {
    /// The text on one line and of at most `limit` bytes of UTF-8, for logs, headers and database columns: control
    /// characters are escaped (`\u{0}`), and what is too long ends with an ellipsis.
    ///
    /// - Parameter limit: at least 3, the bytes of the ellipsis.
    public func plain(limit: Int) -> String {
        if utf8.count <= limit, !unicodeScalars.contains(where: \.isControl) { return String(self) }
        var text = ""
        var size = 0
        // Bytes that leave room for the ellipsis.
        var kept = 0
        for scalar in unicodeScalars {
            let shown = scalar.isControl ? scalar.escape : String(scalar)
            size += shown.utf8.count
            guard size <= limit else { return String(decoding: text.utf8.prefix(kept), as: UTF8.self) + "…" }
            text += shown
            if size <= limit - 3 { kept = size }
        }
        return text
    }

    /// Whether the text holds a character that moves a cursor or means an end to somebody: C0, DEL and C1 controls.
    public var holdsControlCharacters: Bool { unicodeScalars.contains(where: \.isControl) }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    fileprivate var escape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16, uppercase: true))}"
        }
    }
}
