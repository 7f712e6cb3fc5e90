import Ground
import Postgres
import Service

/// `trifid private-postgres`: a PostgreSQL server in a folder, for trials and for tests from outside.
struct PrivatePostgresCommand: Command {
    static let name = "private-postgres"
    static let summary = "Run a private PostgreSQL server in a folder until Ctrl-C"
    static let discussion = "Makes the cluster where the folder holds none, prints its URL, and stops it at the end."
    static let isHidden = true
    static let examples = ["trifid private-postgres /tmp/trifid-database"]

    @Flag("--no-fsync", "Do not wait for the disk: for tests.")
    var noFsync: Bool

    @Positional("DIR", "Folder of the cluster.")
    var folder: String

    func run() throws -> ExitStatus {
        let stop = StopSignals.install()
        var options = PrivateCluster.Options()
        options.fsync = !noFsync
        let cluster = try PrivateCluster(folder: folder, options: options)
        StandardOutput.print(cluster.url)
        try StandardOutput.flush()
        stop.wait()
        cluster.stop()
        return .done
    }
}
