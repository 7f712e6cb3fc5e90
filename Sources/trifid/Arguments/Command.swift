import Service

/// One subcommand: a struct whose arguments are properties (`@Flag`, `@Option`, `@Positional`), in a file of its own
/// and with a line in `CommandTable`.
protocol Command: SendableMetatype {
    /// What is typed: `decode`.
    static var name: String { get }
    /// One line for the overview, without a full stop.
    static var summary: String { get }
    /// What the command does, in paragraphs; shown by `--help`.
    static var discussion: String { get }
    /// Lines that can be typed as they are.
    static var examples: [String] { get }
    /// Commands of its own: `config check`.
    static var subcommands: [any Command.Type] { get }
    /// Whether the overview leaves it out.
    static var isHidden: Bool { get }

    init()

    /// Does the work.
    func run() throws -> ExitStatus
}

extension Command {
    static var discussion: String { "" }
    static var examples: [String] { [] }
    static var subcommands: [any Command.Type] { [] }
    static var isHidden: Bool { false }
}

/// A command that only holds others.
protocol CommandGroup: Command {}

extension CommandGroup {
    func run() throws -> ExitStatus { throw UsageError(message: "\(Self.name): missing command") }
}
