/// All commands, in the order of the overview. A new one is a file in `Commands` and a line here.
enum CommandTable {
    /// Commands under one heading.
    struct Group: Sendable {
        let title: String
        let commands: [any Command.Type]
    }

    static let groups = [
        Group(
            title: "The stream",
            commands: [DemoCommand.self, RunCommand.self, PlayCommand.self, TailCommand.self, AuditCommand.self]
        ),
        Group(
            title: "Packets from files",
            commands: [AnnotateCommand.self, DecodeCommand.self, SimulateCommand.self]
        ),
        Group(
            title: "Models",
            commands: [
                DatasetCommand.self, PretrainCommand.self, FinetuneCommand.self, EvaluateCommand.self,
                EmbedCommand.self, CalibrateCommand.self, StudyCommand.self, ModelCommand.self,
            ]
        ),
        Group(
            title: "This installation",
            commands: [
                BenchCommand.self,
                ConfigCommand.self,
                VersionCommand.self,
                EmbeddedKafkaCommand.self,
                PrivatePostgresCommand.self,
            ]
        ),
    ]

    static let all = groups.flatMap(\.commands)
}
