package import Ground
package import Service

/// A type that a setting can have.
package protocol ConfigurationValue: Sendable, Equatable {
    /// What a value looks like, for people: "a whole number".
    static var allowed: String { get }
    /// Reads a value from the file's tree.
    init(_ node: YAMLNode) throws(ConfigurationMismatch)
    /// The node that a text from the environment or the command line stands for.
    static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode
    /// The value as it stands in the file, on one line.
    var yamlText: String { get }
    /// The value as JSON.
    var json: JSONValue { get }
}

extension ConfigurationValue {
    /// The node that a text from the environment or the command line stands for.
    package static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode {
        YAMLNode(.scalar(text, isQuoted: false))
    }

    static func scalar(_ node: YAMLNode) throws(ConfigurationMismatch) -> String {
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            throw ConfigurationMismatch(node, "is not \(allowed)")
        }
        return text
    }
}

/// A value that reads from and prints as one word.
package protocol ConfigurationScalar: ConfigurationValue {
    /// Reads the word.
    init?(configurationText text: String)
    /// The word.
    var configurationText: String { get }
}

extension ConfigurationScalar {
    /// Reads the word of a node.
    package init(_ node: YAMLNode) throws(ConfigurationMismatch) {
        guard let value = Self(configurationText: try Self.scalar(node)) else {
            throw ConfigurationMismatch(node, "is not \(Self.allowed)")
        }
        self = value
    }

    /// The word, quoted where YAML would misread it.
    package var yamlText: String { YAMLText.scalar(configurationText) }
    /// The word as a string.
    package var json: JSONValue { .string(configurationText) }
}

extension String: ConfigurationScalar {
    /// What a value looks like.
    package static var allowed: String { "a text" }
    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) { self = text }
    /// The word.
    package var configurationText: String { self }
    // Everything from the environment is a text, also "null"; an empty one is nothing.
    /// The node that a text from the environment or the command line stands for.
    package static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode {
        YAMLNode(.scalar(text, isQuoted: !text.isEmpty))
    }
    /// The value as it stands in the file.
    package var yamlText: String { YAMLText.text(self) }
}

extension Int: ConfigurationScalar {
    /// What a value looks like.
    package static var allowed: String { "a whole number" }
    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) { self.init(text) }
    /// The word.
    package var configurationText: String { description }
    /// The value as JSON.
    package var json: JSONValue { .integer(Int64(self)) }
}

extension Double: ConfigurationScalar {
    /// What a value looks like.
    package static var allowed: String { "a number" }
    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) {
        guard let value = Double(text), value.isFinite else { return nil }
        self = value
    }
    /// The word.
    package var configurationText: String {
        self == rounded() && abs(self) < 1e15 ? String(Int(self)) : description
    }
    /// The value as JSON.
    package var json: JSONValue { .number(self) }
}

extension Bool: ConfigurationScalar {
    /// What a value looks like.
    package static var allowed: String { "true or false" }
    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) { self.init(text.lowercased()) }
    /// The word.
    package var configurationText: String { description }
    /// The value as JSON.
    package var json: JSONValue { .bool(self) }
}

extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
    /// What a value looks like.
    package static var allowed: String { Wrapped.allowed }
    /// Reads a value from the file.
    package init(_ node: YAMLNode) throws(ConfigurationMismatch) {
        self = node.isNull ? nil : .some(try Wrapped(node))
    }
    /// The node that a text from the environment or the command line stands for.
    package static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode {
        try Wrapped.node(fromText: text)
    }
    /// The value as it stands in the file.
    package var yamlText: String { self?.yamlText ?? "null" }
    /// The value as JSON.
    package var json: JSONValue { self?.json ?? .null }
}

extension [String]: ConfigurationValue {
    /// What a value looks like.
    package static var allowed: String { "a list of texts" }
    /// Reads a value from the file.
    package init(_ node: YAMLNode) throws(ConfigurationMismatch) {
        switch node.content {
        case _ where node.isNull: self = []
        case .scalar(let text, _): self = [text]  // one item needs no brackets
        case .sequence(let items):
            var texts: [String] = []
            for item in items { texts.append(try String(item)) }
            self = texts
        case .mapping: throw ConfigurationMismatch(node, "is not \(Self.allowed)")
        }
    }
    /// The node that a text from the environment or the command line stands for.
    package static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode {
        YAMLNode(.sequence(text.isEmpty ? [] : SeparatedText.items(text).map(YAMLNode.init(text:))))
    }
    /// The value as it stands in the file.
    package var yamlText: String { "[\(map(\.yamlText).joined(separator: ", "))]" }
    /// The value as JSON.
    package var json: JSONValue { .array(map(JSONValue.string)) }
}

extension [String: String]: ConfigurationValue {
    /// What a value looks like.
    package static var allowed: String { "a mapping of names to values" }
    /// Reads a value from the file.
    package init(_ node: YAMLNode) throws(ConfigurationMismatch) {
        if node.isNull {
            self = [:]
            return
        }
        guard case .mapping(let entries) = node.content else {
            throw ConfigurationMismatch(node, "is not \(Self.allowed)")
        }
        self = [:]
        for entry in entries { self[entry.key] = try String(entry.value) }
    }
    /// The node that a text from the environment or the command line stands for.
    package static func node(fromText text: String) throws(ConfigurationMismatch) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        for item in text.isEmpty ? [] : SeparatedText.items(text) {
            guard let equals = item.firstIndex(of: "="), equals > item.startIndex else {
                throw ConfigurationMismatch(YAMLNode(text: item), "is not name=value (separate them by commas)")
            }
            let name = String(item[..<equals])
            let value = YAMLNode(text: String(item[item.index(after: equals)...]))
            entries.append(YAMLNode.Entry(key: name, value: value))
        }
        return YAMLNode(.mapping(entries))
    }
    /// The value as it stands in the file.
    package var yamlText: String {
        let entries = sorted { $0.key < $1.key }.map { "\($0.key.yamlText): \($0.value.yamlText)" }
        return "{\(entries.joined(separator: ", "))}"
    }
    /// The value as JSON.
    package var json: JSONValue {
        .object(sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
    }
}

/// One of a few words.
package protocol ConfigurationChoice: ConfigurationScalar, CaseIterable, RawRepresentable where RawValue == String {}

extension ConfigurationChoice {
    /// All the words.
    package static var allowed: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }
    /// Reads one of the words.
    package init?(configurationText text: String) { self.init(rawValue: text) }
    /// The word.
    package var configurationText: String { rawValue }
}

/// Items separated by commas; `\,` is a comma inside an item and `\\` a backslash.
enum SeparatedText {
    static func items(_ text: String) -> [String] {
        var items = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                if character != ",", character != "\\" { items[items.count - 1].append("\\") }
                items[items.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                items.append("")
            } else {
                items[items.count - 1].append(character)
            }
        }
        if isEscaped { items[items.count - 1].append("\\") }
        return items.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }
}

/// Texts as YAML writes them on one line.
enum YAMLText {
    /// A text, quoted where YAML would read it as something else.
    static func text(_ value: String) -> String {
        let words = ["null", "true", "false", "yes", "no", "on", "off", "~", ""]
        let isNumber = Double(value) != nil
        return words.contains(value.lowercased()) || isNumber ? quoted(value) : scalar(value)
    }

    /// A word, quoted where its characters need it.
    static func scalar(_ value: String) -> String {
        let plain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "._/+-:@".utf8.contains(byte)
            }
        }
        let startsPlain = value.utf8.first.map { !"-:@+".utf8.contains($0) || Double(value) != nil } ?? false
        return plain && startsPlain && value.utf8.last != UInt8(ascii: ":") ? value : quoted(value)
    }

    // A JSON string is a double-quoted YAML scalar.
    private static func quoted(_ value: String) -> String { JSONValue.string(value).line }
}
