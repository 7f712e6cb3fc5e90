/// A piece of a YAML file with the place where it stands, so that a complaint about it can name its line.
public struct YAMLNode: Sendable, Equatable {
    /// Line and column, each counted from 1.
    public struct Place: Sendable, Equatable {
        /// Line in the file, from 1.
        public let line: Int
        /// Column in the line, from 1.
        public let column: Int
    }

    /// One key and its value in a mapping.
    public struct Entry: Sendable, Equatable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let keyPlace: Place
        /// The value.
        public let value: YAMLNode
    }

    /// What the piece is.
    public enum Content: Sendable, Equatable {
        /// A text; `isQuoted` where the file quotes it, so that "null" in quotes stays a text.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// What the piece is.
    public let content: Content
    /// Where it stands; nil where it comes from the environment or the command line.
    public let place: Place?

    init(_ content: Content, at place: Place? = nil) {
        self.content = content
        self.place = place
    }

    /// A text that does not come from a file.
    init(text: String) {
        self.init(.scalar(text, isQuoted: true))
    }

    /// Whether this is YAML's "nothing": an empty value, `null` or `~`, without quotes.
    var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The piece as an error message quotes it, cut where it is long.
    var excerpt: String {
        switch content {
        case .scalar(let text, _):
            let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
            return "'\(line.prefix(80))\(line.count > 80 || line.count < text.count ? "..." : "")'"
        case .sequence(let items): return items.isEmpty ? "[]" : "a list"
        case .mapping(let entries): return entries.isEmpty ? "{}" : "a mapping"
        }
    }
}

/// Why a text is not the YAML that a configuration may hold.
public struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// Line in the file, from 1.
    public let line: Int
    /// Column in the line, from 1.
    public let column: Int
    /// What is wrong.
    public let message: String

    /// Line, column and message.
    public var description: String { "line \(line), column \(column): \(message)" }
}
