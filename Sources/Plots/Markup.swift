/// An element of HTML or SVG, or text between elements. Whatever is written is escaped here and nowhere else, so that no
/// text of a file can become markup. The result is well-formed XML and HTML alike.
package struct Markup: Sendable {
    private enum Content: Sendable {
        case text(String)
        case element(name: String, attributes: [(String, String)], children: [Markup])
    }

    private let content: Content

    /// Text as it is to be read.
    package static func text(_ text: String) -> Markup { Markup(content: .text(text)) }

    /// An element; `name` and the names of the attributes are ours, values and children may hold anything.
    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []) {
        content = .element(name: name, attributes: attributes.map { ($0.key, $0.value) }, children: children)
    }

    private init(content: Content) { self.content = content }

    /// Elements that HTML closes by themselves, and shapes of SVG that hold nothing.
    private static let empty: Set<String> = ["meta", "br", "path", "line", "rect", "circle"]

    /// The whole as text.
    package var serialised: String {
        var output = ""
        append(to: &output)
        return output
    }

    private func append(to output: inout String) {
        switch content {
        case .text(let text): Self.escape(text, to: &output)
        case .element(let name, let attributes, let children):
            output += "<\(name)"
            for (key, value) in attributes {
                output += " \(key)=\""
                Self.escape(value, to: &output)
                output += "\""
            }
            if children.isEmpty, Self.empty.contains(name) {
                output += "/>"
                return
            }
            output += ">"
            for child in children { child.append(to: &output) }
            output += "</\(name)>"
        }
    }

    private static func escape(_ text: String, to output: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\t", "\n", "\r": output.unicodeScalars.append(scalar)
            // XML has no place for these, not even escaped.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": output += "\u{FFFD}"
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Markup: ExpressibleByStringLiteral {
    /// Text.
    package init(stringLiteral value: String) { self = .text(value) }
}
