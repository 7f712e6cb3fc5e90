import Foundation
import Postgres
import Sky
import TestSupport
import Testing

@testable import Archive

@Suite struct MigrationTests {
    /// The layout as `pg_dump` prints it, without comments and random tokens.
    private func layout(_ url: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["pg_dump", "--schema-only", url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("--") && !$0.hasPrefix("\\") }
    }

    @Test func stepByStepGivesTheSameLayoutAsAtOnce() throws {
        let (fresh, stepwise) = (try PrivatePostgres.newDatabase(), try PrivatePostgres.newDatabase())
        try Archive.migrate(fresh)
        for count in 1...Migration.all.count {
            let connection = try PostgresConnection(stepwise)
            try Migrator(connection: connection, migrations: Array(Migration.all.prefix(count))).run()
        }
        let layout = try layout(fresh)
        #expect(layout.count > 100)
        #expect(try self.layout(stepwise) == layout)
        // Again does nothing.
        try Archive.migrate(fresh)
        #expect(try self.layout(fresh) == layout)
    }

    @Test func versionsAreNumberedWithoutGaps() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    @Test func aMigrationThatWeDoNotKnowIsRefused() throws {
        let fixture = try Fixture()
        try fixture.connection().execute(
            "INSERT INTO schema_migrations (version, name, sha256) VALUES (999, 'future', '')"
        )
        #expect(throws: ArchiveError.unknownMigration(version: 999)) { try Archive.migrate(fixture.url) }
    }

    @Test func aMigrationThatWasChangedIsRefused() throws {
        let fixture = try Fixture()
        try fixture.connection().execute("UPDATE schema_migrations SET sha256 = '\\x00' WHERE version = 2")
        #expect(throws: ArchiveError.changedMigration(version: 2, name: "stream")) {
            try Archive.migrate(fixture.url)
        }
    }

    @Test func aFailingMigrationLeavesNothing() throws {
        let url = try PrivatePostgres.newDatabase()
        let connection = try PostgresConnection(url)
        let bad = Migration(version: 1, name: "bad", sql: "CREATE TABLE one (); SELECT nonsense")
        #expect(throws: PostgresError.self) { try Migrator(connection: connection, migrations: [bad]).run() }
        #expect(try connection.query("SELECT to_regclass('one') IS NULL")[0, 0].bool)
        try Migrator(connection: connection).run()
    }

    @Test func withoutQ3cTheErrorNamesThePackage() throws {
        let url = try PrivatePostgres.newDatabase()
        let sql = Migration.foundation.sql.replacingOccurrences(of: "EXISTS q3c", with: "EXISTS q3c_not_there")
        let migration = Migration(version: 1, name: "foundation", sql: sql)
        do {
            try Migrator(connection: PostgresConnection(url), migrations: [migration]).run()
            Issue.record("an extension that is not there was made")
        } catch let error as ArchiveError {
            #expect("\(error)".contains("postgresql-15-q3c"))
        }
    }

    @Test func q3cInASchemaOutOfReachIsNamedWithWhatToDo() throws {
        let url = try PrivatePostgres.newDatabase()
        let connection = try PostgresConnection(url)
        try connection.execute("DROP EXTENSION IF EXISTS q3c; CREATE SCHEMA sky; CREATE EXTENSION q3c SCHEMA sky")
        do {
            try Archive.migrate(url)
            Issue.record("migrated")
        } catch let error as ArchiveError {
            guard case .q3cOutOfReach(schema: "sky", _) = error else { throw error }
            #expect("\(error)".contains("ALTER EXTENSION q3c SET SCHEMA public"))
        }
        try connection.execute("ALTER EXTENSION q3c SET SCHEMA public")
        try Archive.migrate(url)
    }

    /// A database of the program before: what is known to be published, where reading began, how far each partition was decided,
    /// also of one that has neither mark nor start; and what was annotated then is known.
    @Test func marksAndStartsBecomePartitions() throws {
        let url = try PrivatePostgres.newDatabase()
        let connection = try PostgresConnection(url)
        try Migrator(connection: connection, migrations: Array(Migration.all.prefix(7))).run()
        try connection.execute(
            """
            INSERT INTO topics (name) VALUES ('alerts'), ('other'), ('never read');
            INSERT INTO surveys (name) VALUES ('ztf');
            INSERT INTO models (checksum) VALUES ('model-1');
            INSERT INTO objects (survey_id, name, ra, dec) VALUES (1, 'ZTF25aaa', 120, 30);
            CREATE TABLE ledger_2025_05 PARTITION OF ledger FOR VALUES FROM (1746057600000) TO (1748736000000);
            INSERT INTO ledger (topic_id, partition_id, message_offset, message_time, survey_id, alert_id, mjd, outcome)
            VALUES (1, 0, 0, \(position(0).timestamp), 1, 1, \(someTime), 1),
                   (1, 0, 1, \(position(1).timestamp), 1, 1, \(someTime), 2),
                   (1, 3, 70, 5, 1, 2, \(someTime), 3), (2, 0, 9, 6, 1, 3, \(someTime), 3);
            INSERT INTO owner (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time)
            VALUES (1, 1, \(someTime), 1, 0, 0, \(position(0).timestamp));
            INSERT INTO annotations (survey_id, alert_id, mjd, revision, object_id, row_number, topic_id, partition_id,
                                     message_offset, message_time, model_id, flags, topics, datum, read_under)
            VALUES (1, 1, \(someTime), 0, 1, 0, 1, 0, 0, \(position(0).timestamp), 1, 0, '{}', 'old', pg_current_snapshot());
            INSERT INTO committed VALUES (1, 0, '{[0,1)}'), (2, 0, '{[2,5),[7,10)}');
            INSERT INTO start_positions (topic_id, partition_id, message_offset) VALUES (1, 0, 0), (2, 5, 40)
            """
        )
        try Archive.migrate(url)
        let rows = try connection.query(
            "SELECT concat_ws(' ', topic_id, partition_id, epoch, decided_next, published, started) FROM partitions ORDER BY 1"
        )
        #expect(
            try (0..<rows.count).map { try rows[$0, 0].string }
                == ["1 0 0 2 {[0,1)} 0", "1 3 0 71 {}", "2 0 0 10 {[2,5),[7,10)}", "2 5 0 0 {} 40"]
        )
        let archive = try Archive(url: url)
        #expect(try archive.startPositions().map(\.offset) == [0, 40])
        #expect(
            try archive.process([row(0, alert(1)), row(1, alert(1)), row(2, alert(2))])
                == ["replay", "duplicate of alerts/0@0", "annotate"]
        )
        try connection.execute("UPDATE partitions SET published = '{}'")
        #expect(try archive.process([row(0, alert(1))]) == ["stored old"])
    }

    @Test func manyMigrateAtOnce() throws {
        let url = try PrivatePostgres.newDatabase()
        let failures = DispatchQueue.concurrentResults(4) { try Archive.migrate(url) }
        #expect(failures == [])
    }

    @Test func theDatabaseBelongsToOneClusterAndGroup() throws {
        let fixture = try Fixture()
        try fixture.archive.register(clusterId: "a", group: "g")
        try fixture.archive.register(clusterId: "a", group: "g")
        #expect(throws: ArchiveError.foreignDatabase(what: "cluster", stored: "a", given: "b")) {
            try fixture.archive.register(clusterId: "b", group: "g")
        }
        #expect(throws: ArchiveError.foreignDatabase(what: "group", stored: "g", given: "h")) {
            try fixture.archive.register(clusterId: "a", group: "h")
        }
    }

    @Test func everyErrorSaysWhatToDo() {
        let errors: [ArchiveError] = [
            .q3cMissing(server: "s"), .q3cOutOfReach(schema: "sky", server: "s"), .encoding("LATIN1", server: "s"),
            .unknownMigration(version: 9),
            .changedMigration(version: 1, name: "x"),
            .foreignDatabase(what: "cluster", stored: "a", given: "b"),
            .workerTaken(group: "g", worker: "w", holder: "h"),
            .formerSession(holder: "h"),
        ]
        for error in errors {
            #expect("\(error)".contains("; "))
        }
    }
}

extension DispatchQueue {
    /// Runs `body` so many times at once and returns the errors in words.
    static func concurrentResults(_ count: Int, _ body: @Sendable @escaping () throws -> Void) -> [String] {
        let group = DispatchGroup()
        let failures = LockedArray()
        for _ in 0..<count {
            group.enter()
            Thread.detachNewThread {
                do { try body() } catch { failures.append("\(error)") }
                group.leave()
            }
        }
        group.wait()
        return failures.all
    }
}

private final class LockedArray: @unchecked Sendable {
    private let lock = NSLock()
    private var words: [String] = []

    func append(_ word: String) {
        lock.withLock { words.append(word) }
    }

    var all: [String] { lock.withLock { words } }
}

@Suite struct LedgerTests {
    @Test func theLedgerIsReadByOffset() throws {
        let fixture = try Fixture()
        let rows = [
            row(0, alert(1)), row(1, alert(1)), unreadable(2), row(3, alert(2)), row(0, alert(3), partition: 1),
        ]
        try fixture.archive.process(rows)
        var entries: [LedgerEntry] = []
        try fixture.archive.readLedger(topic: "alerts", partition: 0, offsets: 0..<10) { entries.append($0) }
        #expect(entries.map(\.position) == rows.prefix(4).map(\.position))
        #expect(entries.map(\.outcome) == [.annotated, .duplicate, .deadLetter, .annotated])
        #expect(entries.map(\.alertId) == [1, 1, nil, 2])
        #expect(entries.map(\.code) == [nil, nil, "frame", nil])
        #expect(entries[0].survey == SurveyName("ztf") && entries[0].mjd == someTime && entries[2].survey == nil)
        entries = []
        try fixture.archive.readLedger(topic: "alerts", partition: 0, offsets: 1..<3) { entries.append($0) }
        #expect(entries.map(\.position.offset) == [1, 2])
        try fixture.archive.readLedger(topic: "none", partition: 0, offsets: 0..<3) { _ in Issue.record("a row") }
    }

    @Test func readingMayStopEarly() throws {
        let fixture = try Fixture()
        try fixture.archive.process((0..<2000).map { unreadable($0) })
        struct Enough: Error {}
        #expect(throws: Enough.self) {
            try fixture.archive.readLedger(topic: "alerts", partition: 0, offsets: 0..<2000) { _ in throw Enough() }
        }
        #expect(try fixture.archive.ledgerCounts().map(\.deadLetters) == [2000])
    }

    @Test func theOwnersOfAnIdAreKnown() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1)), row(1, alert(1, mjd: someTime + 60)), row(2, alert(1))])
        let owners = try fixture.archive.owners(survey: SurveyName("ztf"), alertId: 1)
        #expect(owners.map(\.mjd) == [someTime, someTime + 60])
        #expect(owners.map(\.position) == [position(0), position(1)])
    }
}
