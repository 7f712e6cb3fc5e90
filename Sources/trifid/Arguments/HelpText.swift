import Service
import Settings

/// The overview and the help of each command, from what the commands declare.
enum HelpText {
    private static let width = 100

    static var overview: String {
        var lines = [
            "Usage: trifid COMMAND [OPTIONS]",
            "",
            "Trifid reads the alerts of sky surveys from Kafka, joins each with the spectra and metadata of its object,",
            "classifies it, scores how unusual it is, and writes annotated alerts to Kafka.",
        ]
        for group in CommandTable.groups {
            let rows = group.commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
            if !rows.isEmpty { lines += ["", "\(group.title):"] + table(rows, column: 12) }
        }
        lines += [
            "",
            "'trifid COMMAND --help' explains a command, with an example. Exit status: 0 done, 1 some inputs failed or",
            "the audit is open, 2 usage, 3 configuration, model or schema refused, 4 Kafka, PostgreSQL or the registry",
            "out of reach.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    static func help(for command: any Command.Type, path: [String]) -> String {
        let descriptions = ArgumentParser.declared(by: command.init()).map(\.description)
        let positionals = descriptions.filter { $0.kind == .positional }
        let options = descriptions.filter { $0.kind != .positional }
        var lines = ["Usage: " + usage(path, positionals, options, hasSubcommands: !command.subcommands.isEmpty), ""]
        lines += ConfigurationText.wrap(command.summary + ".", width: width)
        for paragraph in command.discussion.split(separator: "\n\n") {
            lines += [""] + ConfigurationText.wrap(String(paragraph), width: width)
        }
        if !command.subcommands.isEmpty {
            lines += ["", "Commands:"] + table(command.subcommands.map { ($0.name, $0.summary) }, column: 12)
        }
        if !positionals.isEmpty {
            lines += ["", "Arguments:"] + table(positionals.map { (title($0), explanation($0)) }, column: 24)
        }
        lines += ["", "Options:"]
        lines += table(options.map { (title($0), explanation($0)) } + [("-h, --help", "Show this help.")], column: 24)
        let examples = command.examples
        if !examples.isEmpty {
            lines += ["", examples.count == 1 ? "Example:" : "Examples:"] + examples.map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func usage(
        _ path: [String],
        _ positionals: [ArgumentDescription],
        _ options: [ArgumentDescription],
        hasSubcommands: Bool
    ) -> String {
        var words = path
        if hasSubcommands { words.append("COMMAND") }
        words += options.filter(\.isRequired).map { "\($0.title) \($0.placeholder)" }
        words.append("[OPTIONS]")
        words += positionals.map { $0.isRequired ? title($0) : "[\(title($0))]" }
        return words.joined(separator: " ")
    }

    private static func title(_ description: ArgumentDescription) -> String {
        switch description.kind {
        case .positional: return description.placeholder + (description.isRepeatable ? "..." : "")
        case .flag, .option:
            let names = description.names.sorted { $0.count < $1.count }.joined(separator: ", ")
            return description.kind == .flag ? names : "\(names) \(description.placeholder)"
        }
    }

    private static func explanation(_ description: ArgumentDescription) -> String {
        var text = description.help
        if description.isRepeatable, description.kind == .option { text += " May be given several times." }
        if let value = description.defaultText { text += " Default: \(value.isEmpty ? "empty" : value)." }
        return text
    }

    private static func table(_ rows: [(String, String)], column: Int) -> [String] {
        rows.flatMap { left, right in
            let lines = ConfigurationText.wrap(right, width: width - column - 4)
            let isWide = left.count > column
            var result = isWide ? ["  \(left)"] : []
            for (index, line) in lines.enumerated() {
                let head = index == 0 && !isWide ? left : ""
                result.append("  \(head)\(String(repeating: " ", count: column - head.count))  \(line)")
            }
            return result
        }
    }
}
