import Service

/// A command line that does not fit its command. Exit status 2.
struct UsageError: Error, CustomStringConvertible {
    /// What is wrong, naming the argument.
    let message: String
    /// What was probably meant, or what would fit.
    var advice: String?

    var description: String { advice.map { "\(message); \($0)" } ?? message }
}

/// Fills a command's arguments from the command line.
///
/// `--name VALUE` and `--name=VALUE`; `-n VALUE`; `--` ends the options; `-` alone is a value.
struct ArgumentParser {
    private let arguments: [any Argument]
    private var named: [String: any Argument] = [:]
    private var positionals: [any Argument]
    private var counts: [String: Int] = [:]

    /// A parser for the arguments that `command` declares as properties.
    init(for command: any Command) {
        arguments = Self.declared(by: command)
        positionals = arguments.filter { $0.description.kind == .positional }
        for argument in arguments {
            for name in argument.description.names { named[name] = argument }
        }
    }

    /// The arguments that a command declares, in order.
    static func declared(by command: Any) -> [any Argument] {
        Mirror(reflecting: command).children.flatMap { child -> [any Argument] in
            if let argument = child.value as? any Argument { return [argument] }
            if let group = child.value as? any ArgumentGroup { return declared(by: group) }
            return []
        }
    }

    /// Reads `words`.
    ///
    /// - Throws: `UsageError` that names the argument at fault.
    mutating func parse(_ words: [String]) throws(UsageError) {
        var rest = words[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            if word == "--", !optionsEnded {
                optionsEnded = true
            } else if optionsEnded || word == "-" || !word.hasPrefix("-") {
                try take(positional: word)
            } else {
                try take(option: word, rest: &rest)
            }
        }
        for argument in arguments where argument.description.isRequired {
            guard counts[argument.description.title] == nil else { continue }
            let what = argument.description.kind == .positional ? "argument" : "option"
            throw UsageError(message: "missing \(what) \(argument.description.title)")
        }
    }

    private mutating func take(option word: String, rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? word
        guard let argument = named[name] else { throw unknown(option: name) }
        let description = argument.description
        var value: String? = parts.count > 1 ? String(parts[1]) : nil
        switch description.kind {
        case .flag:
            guard value == nil else { throw UsageError(message: "option \(name) takes no value") }
            value = ""
        case .option, .positional:
            if value == nil, let next = rest.first, named[next] == nil, next != "--" {
                value = next
                rest.removeFirst()
            }
            guard value != nil else {
                throw UsageError(message: "option \(name) needs a value", advice: "\(name) \(description.placeholder)")
            }
        }
        try give(value ?? "", to: argument)
    }

    private mutating func take(positional word: String) throws(UsageError) {
        guard let argument = positionals.first else {
            throw UsageError(message: "unexpected argument '\(word)'")
        }
        if !argument.description.isRepeatable { positionals.removeFirst() }
        try give(word, to: argument)
    }

    private mutating func give(_ text: String, to argument: any Argument) throws(UsageError) {
        let title = argument.description.title
        counts[title, default: 0] += 1
        guard counts[title] == 1 || argument.description.isRepeatable || argument.description.kind == .flag else {
            throw UsageError(message: "option \(title) is given twice")
        }
        do throws(ArgumentRefusal) {
            try argument.accept(text)
        } catch {
            throw UsageError(message: "\(title): '\(text)' is not \(error.expectation)")
        }
    }

    private func unknown(option name: String) -> UsageError {
        let names = named.keys.filter { $0.hasPrefix("--") }.sorted() + ["--help"]
        let nearest = Spelling.nearest(to: name, among: names)
        return UsageError(message: "unknown option '\(name)'", advice: nearest.map { "did you mean \($0)?" })
    }
}
