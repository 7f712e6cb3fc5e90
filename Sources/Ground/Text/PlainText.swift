extension String {
    /// The text on one line and of at most `limit` bytes of UTF-8, for logs, headers and database columns: control
    /// characters are escaped (`\u{0}`), and what is too long ends with an ellipsis.
    ///
    /// - Parameter limit: at least 3, the bytes of the ellipsis.
    public func plain(limit: Int) -> String {
        if utf8.count <= limit, !holdsControlCharacters { return self }
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
    public var holdsControlCharacters: Bool {
        // C1 controls are C2 80 to C2 9F; looking at scalars costs ten times as much, and few texts hold any of these.
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else { return false }
        return unicodeScalars.contains(where: \.isControl)
    }
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
