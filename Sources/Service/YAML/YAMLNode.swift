/// A piece of a YAML file with the place where it stands, so that a complaint about it can name its line.
package struct YAMLNode: Sendable, Equatable {
    /// Line and column, each counted from 1.
    package struct Place: Sendable, Equatable {
        /// Line in the file, from 1.
        package let line: Int
        /// Column in the line, from 1.
        package let column: Int

        /// Where a text begins.
        package static let start = Place(line: 1, column: 1)
    }

    /// One key and its value in a mapping.
    package struct Entry: Sendable, Equatable {
        /// The key's text.
        package let key: String
        /// Where the key stands.
        package let keyPlace: Place
        /// The value.
        package let value: YAMLNode

        /// A key and its value.
        package init(key: String, keyPlace: Place = .start, value: YAMLNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    /// What the piece is.
    package enum Content: Sendable, Equatable {
        /// A text; `isQuoted` where the file quotes it, so that "null" in quotes stays a text.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// What the piece is.
    package let content: Content
    /// Where it stands; nil where it comes from the environment or the command line.
    package let place: Place?

    package init(_ content: Content, at place: Place? = nil) {
        self.content = content
        self.place = place
    }

    /// A text that does not come from a file.
    package init(text: String) {
        self.init(.scalar(text, isQuoted: true))
    }

    /// Whether this is YAML's "nothing": an empty value, `null` or `~`, without quotes.
    package var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The piece as an error message quotes it, cut where it is long.
    package var excerpt: String {
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
package struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// Line in the file, from 1.
    package let line: Int
    /// Column in the line, from 1.
    package let column: Int
    /// What is wrong.
    package let message: String

    /// Line, column and message.
    package var description: String { "line \(line), column \(column): \(message)" }
}
