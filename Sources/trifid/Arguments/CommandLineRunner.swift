import Ground
import Service

/// Finds the command that a command line names, runs it, and tells what went wrong.
enum CommandLineRunner {
    /// Runs `words` (without the program's name).
    static func run(_ words: [String]) -> ExitStatus {
        var path = ["trifid"]
        do {
            return try dispatch(words, &path)
        } catch {
            return report(error, path.joined(separator: " "))
        }
    }

    private static func dispatch(_ words: [String], _ path: inout [String]) throws -> ExitStatus {
        var words = words[...]
        if words.first == "help" {  // `trifid help decode` is `trifid decode --help`
            words = words.dropFirst() + ["--help"]
        }
        guard let first = words.first else {
            StandardError.write(HelpText.overview)
            return .usage
        }
        if first == "--help" || first == "-h" {
            StandardOutput.write(HelpText.overview)
            return try finish(.done)
        }
        if first == "--version" { return try finish(VersionCommand.parsed([]).run()) }
        return try descend(into: CommandTable.all, words, &path)
    }

    private static func descend(
        into commands: [any Command.Type],
        _ words: ArraySlice<String>,
        _ path: inout [String]
    ) throws -> ExitStatus {
        guard let name = words.first, let command = commands.first(where: { $0.name == name }) else {
            throw unknown(command: words.first ?? "", among: commands)
        }
        path.append(name)
        let rest = words.dropFirst()
        if !command.subcommands.isEmpty {
            guard let next = rest.first else {
                StandardError.write(HelpText.help(for: command, path: path))
                return .usage
            }
            if next != "--help", next != "-h" { return try descend(into: command.subcommands, rest, &path) }
        }
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            StandardOutput.write(HelpText.help(for: command, path: path))
            return try finish(.done)
        }
        return try finish(command.parsed(Array(rest)).run())
    }

    private static func unknown(command name: String, among commands: [any Command.Type]) -> UsageError {
        if name.hasPrefix("-") { return UsageError(message: "unknown option '\(name)'") }
        let nearest = Spelling.nearest(to: name, among: commands.filter { !$0.isHidden }.map { $0.name })
        return UsageError(message: "unknown command '\(name)'", advice: nearest.map { "did you mean '\($0)'?" })
    }

    private static func finish(_ status: ExitStatus) throws -> ExitStatus {
        try StandardOutput.flush()
        return status
    }

    /// Writes what went wrong to standard error.
    private static func report(_ error: any Error, _ command: String) -> ExitStatus {
        if error is OutputClosed { return .done }  // `trifid ... | head` has read enough
        try? StandardOutput.flush()
        var text = "\(command): \(error.file.map { "\($0): " } ?? "")\(error.inWords)"
        if error is UsageError { text += "\(text.hasSuffix("?") ? "" : ".") See '\(command) --help'." }
        if let advice = (error as? CommandFailure)?.advice { text += "\n\(advice)" }
        StandardError.write(text + "\n")
        return ExitStatus(for: error)
    }
}

extension Command {
    /// The command with its arguments filled.
    fileprivate static func parsed(_ words: [String]) throws(UsageError) -> Self {
        let command = Self()
        var parser = ArgumentParser(for: command)
        try parser.parse(words)
        return command
    }
}
