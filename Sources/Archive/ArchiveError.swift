package import Sky

/// What the archive refuses, and what to do about it. Errors of the server itself come as `PostgresError`.
package enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The database server has no q3c extension.
    case q3cMissing(server: String)
    /// The extension q3c is there, in a schema that the session does not look into.
    case q3cOutOfReach(schema: String, server: String)
    /// The database cannot hold every text.
    case encoding(String, server: String)
    /// The database was made by another version of this program.
    case unknownMigration(version: Int)
    /// A migration that was applied differs from ours of the same number.
    case changedMigration(version: Int, name: String)
    /// The database belongs to another Kafka cluster or consumer group.
    case foreignDatabase(what: String, stored: String, given: String)
    /// Another session holds the worker's name.
    case workerTaken(group: String, worker: String, holder: String)
    /// The server has not let go of a session that this process has given up; it passes.
    case formerSession(holder: String)
    /// Another worker has taken the partition: this one gives it up.
    case dispossessed(partition: String, holder: String)
    /// An alert is owed whose message this program cannot read.
    case owedUnreadable(position: InputPosition, reason: String)
    /// Annotations are missing for these rows of the batch, so that it cannot be stored.
    case incompleteBatch(indices: [Int])
    /// The row of the batch is not one to be annotated, or there is no such row.
    case notToBeAnnotated(index: Int)
    /// The row of the batch is not one that was annotated before, or there is no such row.
    case notStored(index: Int)
    /// All sessions for readers are lent, or they are closed.
    case noSession(limit: Int, waited: Duration)
    /// A row to be loaded cannot be used.
    case unusableRow(index: Int, reason: String)

    /// One line: what, and what to do.
    package var description: String {
        switch self {
        case .q3cMissing(let server):
            "\(server) has no extension q3c; install the package postgresql-15-q3c on the database server, or let a "
                + "superuser run CREATE EXTENSION q3c in this database"
        case .q3cOutOfReach(let schema, let server):
            "\(server) has the extension q3c in the schema \(schema), which is not in the search_path; let its owner run "
                + "ALTER EXTENSION q3c SET SCHEMA public, or add the schema: ALTER DATABASE ... SET search_path TO "
                + "\"$user\", public, \(schema)"
        case .encoding(let encoding, let server):
            "the database on \(server) has the encoding \(encoding), which cannot hold every text of a packet; make it "
                + "with createdb --encoding UTF8 --template template0"
        case .unknownMigration(let version):
            "the database is at migration \(version), which this program does not know; use a newer program"
        case .changedMigration(let version, let name):
            "migration \(version) (\(name)) was applied with other contents than this program's; use the program that "
                + "made the database, or a new database"
        case .foreignDatabase(let what, let stored, let given):
            "the database belongs to Kafka \(what) \(stored), this run is for \(given); use another database, or go "
                + "back to \(stored)"
        case .workerTaken(let group, let worker, let holder):
            "worker \(worker) of group \(group) is already running: \(holder); stop it, or set kafka.worker to "
                + "another name"
        case .formerSession(let holder):
            "the database still holds this worker's former session: \(holder); it was told to end it and has not; look at "
                + "this process on the database server"
        case .dispossessed(let partition, let holder):
            "partition \(partition) was taken by \(holder.isEmpty ? "nobody yet" : holder), and is given up here"
        case .owedUnreadable(let position, let reason):
            "the message at \(position) was to be annotated, its answer is owed, and this program cannot read it "
                + "(\(reason)); start the version of trifid that could, until it has gone out"
        case .incompleteBatch(let indices):
            "rows \(indices.prefix(10)) of the batch have no annotation"
        case .notToBeAnnotated(let index):
            "row \(index) of the batch is not one to be annotated"
        case .notStored(let index):
            "row \(index) of the batch is not one that was annotated before"
        case .noSession(let limit, let waited):
            "none of the \(limit) reading sessions came free within \(waited); ask again later, or allow more"
        case .unusableRow(let index, let reason):
            "row \(index) cannot be loaded: \(reason)"
        }
    }
}
