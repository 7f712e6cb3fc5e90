import Service

/// `trifid demo`
struct DemoCommand: Command {
    static let name = "demo"
    static let summary = "Show the whole broker at work on a simulated sky, with nothing else installed or running"
    static let discussion = """
        Starts a private PostgreSQL and an embedded Kafka in a folder of its own and sends the alerts of a simulated sky \
        (ZTF's packets and LSST's) through the whole broker. The screen \
        shows what goes out, how fast, and whether it adds up: a subscriber keeps the audit as any reader of the topics \
        could, and the ledger is held against it at the end. Ctrl-C stops everything, leaves no process behind and \
        removes the folder.

        One message in \(DemoSky.repeatEvery) is a repetition and one in \(DemoSky.unreadableEvery) cannot be read, on \
        purpose: each must come out as a duplicate or as a dead letter. Spectra and metadata become known as the nights \
        pass.

        The embedded Kafka (librdkafka's mock cluster) proves no exactly-once. For that, and for anything but a look, \
        use 'trifid run' with a real Kafka.

        Exit status: 0 where the audit closes, 1 where it is open.
        """
    static let examples = ["trifid demo", "trifid demo --alerts 1000 --rate 0"]

    @Option(
        "--alerts",
        "N",
        in: 1...1_000_000_000,
        "End after N alerts of the sky, besides what goes wrong on purpose. Else at Ctrl-C."
    )
    var alerts: Int?

    @Option("--rate", "R", in: 0...1_000_000, "Alerts a second; 0 for as many as come through.")
    var rate: Double = 50

    @Option("--seed", "N", "Seed of the sky.")
    var seed: UInt64 = 1

    @Option("--folder", "DIR", "Folder for database and log, new or empty; it stays. Else one that is removed.")
    var folder: String?

    @Option("--model", "DIR", "Folder of the model that annotates. Else the shipped one.")
    var model: String?

    @Flag("--json", "Print the closing audit as one JSON object, and nothing else on standard output.")
    var json: Bool

    func run() throws -> ExitStatus {
        let stop = StopSignals.install()
        let demo = try Demo(
            Demo.Options(alerts: alerts, seed: seed, rate: rate, folder: folder, model: model, json: json),
            stop: stop
        )
        defer { demo.cleanUp() }
        return try DemoSession(demo).run()
    }
}
