/// The parameters behind the `?` of a URL, decoded, in their order; a name may come several times.
package struct HTTPQuery: Sendable, Equatable {
    /// Names and values.
    package let items: [Item]

    /// One parameter.
    package struct Item: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value, empty where there is none.
        package let value: String
    }

    /// Most parameters of a request.
    static let maximumItems = 256

    /// Reads `a=1&b=2`, where `+` is a space; nil where something is not encoded as it must be, or there is too much.
    init?(_ text: some StringProtocol) {
        var items: [Item] = []
        for part in text.split(separator: "&") {
            guard items.count < Self.maximumItems else { return nil }
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(halves[0], plusIsSpace: true),
                let value = PercentEncoding.decode(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    init() { items = [] }

    /// All values of a name.
    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// The value of a name that may come once, read as a number or another type that reads from text.
    ///
    /// - Throws: `HTTPRefusal` (400) where it comes twice or is none.
    package func one<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(HTTPRefusal) -> Value? {
        let values = all(name)
        guard values.count <= 1 else { throw HTTPRefusal(400, "the parameter '\(name)' comes \(values.count) times") }
        guard let text = values.first else { return nil }
        guard let value = Value(text) else {
            throw HTTPRefusal(400, "the parameter '\(name)' is '\(PlainWords.cut(text))', which is no \(Value.self)")
        }
        return value
    }

    /// As `one`, with a default and a range.
    package func one<Value: LosslessStringConvertible & Comparable>(
        _ name: String,
        in range: ClosedRange<Value>,
        default value: Value
    ) throws(HTTPRefusal) -> Value {
        let value = try one(name, as: Value.self) ?? value
        guard range.contains(value) else {
            let allowed = "\(range.lowerBound) to \(range.upperBound)"
            throw HTTPRefusal(400, "the parameter '\(name)' is \(value); allowed: \(allowed)")
        }
        return value
    }

    /// Refuses other names than these: a misspelt filter would else filter nothing.
    ///
    /// - Throws: `HTTPRefusal` (400) that names the parameter and the nearest known one.
    package func expect(_ names: String...) throws(HTTPRefusal) {
        guard let unknown = items.first(where: { !names.contains($0.name) }) else { return }
        let name = PlainWords.cut(unknown.name)
        let nearest = Spelling.nearest(to: name, among: names)
        let advice = nearest.map { "did you mean \($0)?" } ?? "there are: \(names.joined(separator: ", "))"
        throw HTTPRefusal(400, "there is no parameter '\(name)'; \(advice)")
    }
}

/// The `%41` of URLs (RFC 3986, section 2.1).
enum PercentEncoding {
    /// The text meant; nil for a `%` without two hexadecimal digits, for what is no UTF-8, and for a NUL.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                guard high != 0 || low != 0 else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case 0: return nil
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What a client has sent, as far as an error repeats it.
enum PlainWords {
    static func cut(_ text: String) -> String { text.count > 100 ? text.prefix(100) + "..." : text }
}
