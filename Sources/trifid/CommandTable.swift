/// All commands, in the order of the overview. A new one is a file in `Commands` and a line here.
enum CommandTable {
    /// Commands under one heading.
    struct Group: Sendable {
        let title: String
        let commands: [any Command.Type]
    }

    static let groups = [
        Group(
            title: "This installation",
            commands: [
                ConfigCommand.self,
                VersionCommand.self,
            ]
        )
    ]

    static let all = groups.flatMap(\.commands)
}
