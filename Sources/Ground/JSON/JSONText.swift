/// Builds one JSON text (RFC 8259) in a byte buffer: commas and escapes are its business, the order of calls the
/// caller's.
///
/// ```swift
/// var json = JSONText()
/// json.object {
///     $0.member("mjd", 60123.5)
///     $0.array("bands") { $0.element("g") }
/// }
/// ```
/// Numbers round-trip: a `Double` is the shortest text that parses to the same value, a `Float` the shortest that
/// parses, as a double, to exactly the float. NaN and infinities, which JSON has not, become null.
public struct JSONText: Sendable {
    /// The UTF-8 of the text so far.
    public private(set) var utf8: [UInt8] = []
    private var needsComma = false

    /// An empty text with room for `capacity` bytes.
    public init(capacity: Int = 1024) {
        utf8.reserveCapacity(capacity)
    }

    /// The text so far.
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// Empties the text and keeps its memory.
    public mutating func removeAll() {
        utf8.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Ends a line, for one JSON text a line.
    public mutating func endLine() {
        utf8.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// An object as the whole text or as an element of an array.
    public mutating func object(_ members: (inout JSONText) throws -> Void) rethrows {
        separate()
        try enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// An array as the whole text or as an element of an array.
    public mutating func array(_ elements: (inout JSONText) throws -> Void) rethrows {
        separate()
        try enclose(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// A member that is an object.
    public mutating func object(_ name: String, _ members: (inout JSONText) throws -> Void) rethrows {
        key(name)
        try enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// A member that is an array.
    public mutating func array(_ name: String, _ elements: (inout JSONText) throws -> Void) rethrows {
        key(name)
        try enclose(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// A member; nil is null.
    public mutating func member(_ name: String, _ value: (any JSONScalar)?) {
        key(name)
        append(value)
        needsComma = true
    }

    /// An element of an array; nil is null.
    public mutating func element(_ value: (any JSONScalar)?) {
        separate()
        append(value)
        needsComma = true
    }

    /// A member whose value is JSON already; the caller vouches for it.
    public mutating func member(_ name: String, json: some Sequence<UInt8>) {
        key(name)
        utf8.append(contentsOf: json)
        needsComma = true
    }

    private mutating func append(_ value: (any JSONScalar)?) {
        if let value {
            value.appendJSON(to: &utf8)
        } else {
            utf8.append(contentsOf: "null".utf8)
        }
    }

    private mutating func key(_ name: String) {
        separate()
        name.appendJSON(to: &utf8)
        utf8.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { utf8.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func enclose(
        _ opening: UInt8,
        _ closing: UInt8,
        _ contents: (inout JSONText) throws -> Void
    ) rethrows {
        utf8.append(opening)
        needsComma = false
        try contents(&self)
        utf8.append(closing)
        needsComma = true
    }
}

/// A value that is one JSON token.
public protocol JSONScalar {
    /// Appends the token.
    func appendJSON(to utf8: inout [UInt8])
}

extension Bool: JSONScalar {
    /// `true` or `false`.
    public func appendJSON(to utf8: inout [UInt8]) {
        JSONWriter.append(self, to: &utf8)
    }
}

extension Int: JSONScalar {
    /// Digits. A 64-bit identifier goes out as a string: many readers have doubles only.
    public func appendJSON(to utf8: inout [UInt8]) {
        utf8.append(contentsOf: description.utf8)
    }
}

extension Double: JSONScalar {
    /// The shortest text that parses to the same value; null for NaN and infinities.
    public func appendJSON(to utf8: inout [UInt8]) {
        utf8.append(contentsOf: (isFinite ? description : "null").utf8)
    }
}

extension Float: JSONScalar {
    /// The shortest text that parses, as a double, to exactly this value; null for NaN and infinities.
    public func appendJSON(to utf8: inout [UInt8]) {
        Double(self).appendJSON(to: &utf8)
    }
}

extension String: JSONScalar {
    /// The string in quotes; quotes, backslashes and control characters escaped.
    public func appendJSON(to utf8: inout [UInt8]) {
        JSONWriter.append(self, to: &utf8)
    }
}
