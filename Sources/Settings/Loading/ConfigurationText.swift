import Service

/// The configuration file with every key commented, as `Config/trifid.yaml` holds it.
package enum ConfigurationText {
    /// The whole file with the defaults.
    package static var commentedDefaults: String {
        var lines = [
            "# The configuration of Trifid: every key with its default. Written by `trifid config keys --yaml`.",
            "#",
            "# A key can be left out; then its default holds. The environment overrides the file: TRIFID_ and the path",
            "# in upper case, joined by _ (TRIFID_KAFKA_BROKERS=a:9092,b:9092). `trifid config check --config FILE` tells",
            "# what is wrong with a file, `trifid config show` what holds and where it comes from. Paths are relative to",
            "# the folder that trifid is started in.",
        ]
        append(ConfigurationKeys.items, depth: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func append(_ items: [ConfigurationKeys.Item], depth: Int, to lines: inout [String]) {
        let indent = String(repeating: "  ", count: depth)
        for (index, item) in items.enumerated() {
            if depth == 0 || index > 0 { lines.append("") }
            switch item {
            case .section(let path, let documentation, let inner):
                lines += comment(documentation, indent: indent)
                lines.append("\(indent)\(path.split(separator: ".").last ?? ""):")
                append(inner, depth: depth + 1, to: &lines)
            case .key(let key):
                lines += comment(key.documentation, indent: indent)
                lines += comment("Allowed: \(key.allowed).", indent: indent)
                lines += setting(key, indent: indent)
            }
        }
    }

    /// A key and its default. A list that is longer than a line goes on below, indented.
    private static func setting(_ key: any AnyConfigurationKey, indent: String) -> [String] {
        let line = "\(key.name): \(key.defaultText)"
        guard line.count + indent.count > 118, key.defaultText.hasPrefix("[") else { return [indent + line] }
        let lines = wrap(line, width: 116 - indent.count)
        return lines.enumerated().map { $0.offset == 0 ? indent + $0.element : "\(indent)  \($0.element)" }
    }

    private static func comment(_ text: String, indent: String) -> [String] {
        wrap(text, width: 116 - indent.count).map { "\(indent)# \($0)" }
    }

    /// Breaks a text into lines of at most `width` characters, between words.
    package static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
