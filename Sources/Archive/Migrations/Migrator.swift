internal import Postgres

/// Brings a database to the present layout, one migration a transaction, under a lock.
struct Migrator {
    let connection: PostgresConnection
    /// What is to be applied; tests apply fewer.
    var migrations = Migration.all

    /// `trifid` in ASCII: the key of the lock.
    private static let lockKey: Int64 = 0x7472_6966_6964

    /// Applies what is missing. Migrations that this program does not know, or knows otherwise, are refused.
    func run(_ onStep: (_ version: Int, _ name: String) -> Void = { _, _ in }) throws {
        // SQL_ASCII takes bytes as they are.
        let encoding = try connection.query("SHOW server_encoding")[0, 0].string
        guard ["UTF8", "SQL_ASCII"].contains(encoding) else {
            throw ArchiveError.encoding(encoding, server: connection.target)
        }
        try unhurried { _ = try connection.query("SELECT pg_advisory_lock($1)", [.int64(Self.lockKey)]) }
        defer { try? connection.unlock(Self.lockKey) }
        try connection.execute(
            """
            SET client_min_messages = warning;
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version integer PRIMARY KEY,
                name text NOT NULL,
                sha256 bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            RESET client_min_messages
            """
        )
        let applied = try check()
        try checkExtension()
        for migration in migrations where migration.version > applied {
            onStep(migration.version, migration.name)
            try unhurried { try apply(migration) }
        }
    }

    /// What takes as long as it takes: another process that migrates, and a step on a large database.
    private func unhurried(_ body: () throws -> Void) rethrows {
        let limit = connection.timeout
        connection.timeout = nil
        defer { connection.timeout = limit }
        try body()
    }

    /// Statements name q3c's functions without a schema, as they name our tables.
    private func checkExtension() throws {
        let rows = try connection.query(
            """
            SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'q3c' AND n.nspname <> ALL (current_schemas(true))
            """
        )
        if rows.count > 0 { throw ArchiveError.q3cOutOfReach(schema: try rows[0, 0].string, server: connection.target) }
    }

    /// Compares what was applied with what we know, and returns the last version applied.
    private func check() throws -> Int {
        let rows = try connection.query(
            """
            SELECT m.version, m.sha256 = sha256(convert_to(k.sql, 'UTF8'))
            FROM schema_migrations m LEFT JOIN unnest($1::integer[], $2::text[]) AS k (version, sql) USING (version)
            ORDER BY m.version
            """,
            [.int32s(migrations.map { Int32($0.version) }), .texts(migrations.map(\.sql))]
        )
        for row in 0..<rows.count {
            let version = Int(try rows[row, 0].int32)
            guard let known = migrations.first(where: { $0.version == version }) else {
                throw ArchiveError.unknownMigration(version: version)
            }
            guard try rows[row, 1].bool else {
                throw ArchiveError.changedMigration(version: version, name: known.name)
            }
        }
        return rows.count == 0 ? 0 : Int(try rows[rows.count - 1, 0].int32)
    }

    private func apply(_ migration: Migration) throws {
        do {
            try connection.transaction {
                try connection.execute(migration.sql)
                try connection.query(
                    "INSERT INTO schema_migrations (version, name, sha256) "
                        + "VALUES ($1, $2, sha256(convert_to($3, 'UTF8')))",
                    [.int32(Int32(migration.version)), .text(migration.name), .text(migration.sql)]
                )
            }
        } catch let error as PostgresError where Self.isMissingExtension(error) {
            throw ArchiveError.q3cMissing(server: connection.target)
        }
    }

    /// The server's words for an extension that is not installed (`0A000`, or `58P01` before version 15), and for one
    /// that only a superuser may create.
    private static func isMissingExtension(_ error: PostgresError) -> Bool {
        guard error.message.contains("extension") else { return false }
        return ["0A000", "58P01", "42501"].contains(error.sqlState ?? "")
    }
}
