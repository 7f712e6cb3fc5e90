/// Labels of one time series, rendered once: `topic="ztf",partition="3"`.
struct MetricLabels: Hashable, Sendable {
    let rendered: String

    init(_ names: [String], _ values: [String]) {
        precondition(names.count == values.count, "labels are \(names), values \(values)")
        rendered = zip(names, values).map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    }

    /// `{...}`, or nothing; `extra` is a further label already rendered.
    func braces(adding extra: String? = nil) -> String {
        let all = [rendered, extra ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    /// Prometheus text format: backslash, double quote and line feed of a label's value are escaped.
    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    /// Backslash and line feed of a help text are escaped.
    static func escapedHelp(_ help: String) -> String {
        help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
