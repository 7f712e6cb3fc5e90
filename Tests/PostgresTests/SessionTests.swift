import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Postgres

@Suite struct SessionTests {
    private func connect(_ settings: [String: String] = [:], timeout: Duration? = nil) throws -> PostgresConnection {
        let url = try PrivatePostgres.cluster().url(database: "postgres")
        return try PostgresConnection(
            PostgresSettings(url: url, applicationName: "session test", options: settings, timeout: timeout)
        )
    }

    /// The error that `body` throws.
    private func failure(_ body: () throws -> Void) -> PostgresError? {
        do {
            try body()
            Issue.record("nothing was thrown")
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test func theSessionHasItsNameAndOptions() throws {
        let connection = try connect(["jit": "off", "lock_timeout": "7s"])
        let rows = try connection.query(
            "SELECT current_setting('application_name'), current_setting('jit'), current_setting('lock_timeout')"
        )
        #expect(try (0..<3).map { try rows[0, $0].string } == ["session test", "off", "7s"])
        #expect(rows.name(of: 0) == "current_setting")
        #expect(connection.backendProcess > 0)
    }

    /// The server warns while the session begins, when nobody could have taken the connection's own notices yet.
    @Test func aWarningAtTheBeginningOfASessionIsHeard() throws {
        let heard = Mutex<[PostgresError]>([])
        try connect().execute(
            "CREATE DATABASE sorted TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en'"
        )
        try connect().execute("UPDATE pg_database SET datcollversion = '1.1' WHERE datname = 'sorted'")
        PostgresNotices.send { notice in heard.withLock { $0.append(notice) } }
        defer { PostgresNotices.send(to: nil) }
        try PostgresConnection(PrivatePostgres.cluster().url(database: "sorted")).close()
        let notice = try #require(heard.withLock { $0.first { $0.message.contains("collation version mismatch") } })
        #expect(notice.fields.map(\.name) == ["sqlState", "notice", "detail"])
        #expect(notice.detail?.contains("1.1") == true)
    }

    @Test func aRefusedStatementNamesItsStateAndText() throws {
        let connection = try connect()
        let error = try #require(failure { try connection.query("SELECT nonsense") })
        #expect(error.kind == .server && error.sqlState == "42703" && !error.isRetriable)
        #expect("\(error)".contains("SELECT nonsense"))
        #expect(try connection.query("SELECT 1")[0, 0].int32 == 1)
    }

    @Test func aViolatedConstraintIsNamed() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i int CONSTRAINT positive CHECK (i > 0))")
        #expect(failure { try connection.query("INSERT INTO t VALUES (0)") }?.constraint == "positive")
    }

    @Test func aTransactionIsCommittedOrRolledBack() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i int)")
        try connection.transaction { try connection.execute("INSERT INTO t VALUES (1)") }
        _ = failure {
            try connection.transaction {
                try connection.execute("INSERT INTO t VALUES (2)")
                try connection.execute("SELECT 1 / 0")
            }
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.query("SELECT count(*) FROM t")[0, 0].int64 == 1)
        #expect(try connection.query("INSERT INTO t SELECT generate_series(1, 5)").affected == 5)
    }

    @Test func noticesGoToTheClosure() throws {
        let connection = try connect()
        var notices: [String] = []
        connection.onNotice = { notices.append($0.message) }
        try connection.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
        #expect(notices == ["one", "two"])
    }

    @Test func whatTakesTooLongIsCancelledAndTheSessionGoesOn() throws {
        let connection = try connect(timeout: .milliseconds(100))
        let error = try #require(failure { try connection.query("SELECT pg_sleep(60)") })
        #expect(error.kind == .timeout)
        connection.timeout = .seconds(60)
        #expect(try connection.query("SELECT 2")[0, 0].int32 == 2)
    }

    @Test func anotherThreadCancels() throws {
        let connection = try connect()
        let cancellation = try #require(connection.cancellation())
        Thread.detachNewThread {
            // Cancelling before the statement has begun does nothing: so again and again.
            for _ in 0..<500 {
                usleep(20_000)
                cancellation.cancel()
            }
        }
        let error = try #require(failure { try connection.query("SELECT pg_sleep(60)") })
        #expect(error.sqlState == "57014" && error.isRetriable)
        #expect("\(error)".contains("pg_cancel_backend"))
        #expect(!connection.isLost)
    }

    @Test func everyRoundTripIsTold() throws {
        let connection = try connect()
        let statement = PreparedStatement("SELECT 1")
        var count = 0
        connection.onRoundTrip = { count += 1 }
        try connection.transaction {}
        #expect(count == 2)
        try connection.query(statement)
        #expect(count == 4)
        _ = try connection.pipelined { pipeline in (0..<5).forEach { _ in pipeline.add(statement) } }
        #expect(count == 5)
        try connection.copyOut("SELECT 1") { _ in }
        #expect(count == 6)
    }

    @Test func aPipelineThatTakesTooLongClosesItsSession() throws {
        let connection = try connect()
        let slow = PreparedStatement("SELECT pg_sleep(60)")
        try connection.prepare(slow)
        connection.timeout = .milliseconds(200)
        let error = try #require(
            failure { _ = try connection.pipelined { pipeline in (0..<2).forEach { _ in pipeline.add(slow) } } }
        )
        #expect(error.isRetriable && connection.isLost)
    }

    @Test func aCopyThatTakesTooLongIsGivenUp() throws {
        let (connection, other) = (try connect(), try connect())
        try connection.execute("CREATE TABLE copied (i int)")
        defer { try? other.execute("DROP TABLE copied") }
        try other.execute("BEGIN; LOCK TABLE copied")
        connection.timeout = .milliseconds(200)
        let rows = CopyBuffer()
        rows.beginRow(columns: 1)
        rows.append(Int32(1))
        let error = try #require(failure { try connection.copyIn("copied", columns: ["i"], rows: rows) })
        #expect(error.isRetriable)
        try other.execute("COMMIT")
    }

    /// A server process that is stopped, or that sleeps in a disk that hangs, hears of no cancellation.
    @Test func aServerProcessThatStandsStillIsGivenUpInTime() throws {
        let connection = try connect(timeout: .milliseconds(200))
        let process = connection.backendProcess
        #expect(kill(process, SIGSTOP) == 0)
        defer { kill(process, SIGCONT) }
        let began = ContinuousClock.now
        let error = try #require(failure { try connection.query("SELECT 1") })
        #expect(error.kind == .connectionLost && error.isRetriable && connection.isLost)
        #expect(ContinuousClock.now - began >= PostgresConnection.cancellationLimit)
    }

    @Test func aTerminatedSessionIsLostAndRetriable() throws {
        let connection = try connect()
        let other = try connect()
        try other.query("SELECT pg_terminate_backend($1)", [.int32(connection.backendProcess)])
        let error = try #require(failure { try connection.query("SELECT pg_sleep(10)") })
        #expect(error.isRetriable)
        #expect(connection.isLost)
        #expect(failure { try connection.query("SELECT 1") }?.kind == .connectionLost)
    }

    @Test func aClosedSessionSaysSo() throws {
        let connection = try connect()
        connection.close()
        connection.close()
        #expect(failure { try connection.query("SELECT 1") }?.kind == .connectionLost)
    }

    @Test func aDeadlockIsRetriable() throws {
        let codes = ["40001", "40P01", "57P01", "57P03", "08006", "55P03", "57014"]
        #expect(codes.allSatisfy { PostgresError(kind: .server, sqlState: $0, message: "").isRetriable })
        #expect(!PostgresError(kind: .server, sqlState: "23505", message: "").isRetriable)
        #expect(PostgresError(kind: .connectionLost, message: "").isRetriable)
        #expect(PostgresError(kind: .timeout, message: "").isRetriable)
    }

    @Test func aHolderIsEndedIfItIsTheVeryOne() throws {
        let (first, second) = (try connect(), try connect())
        #expect(try first.lock(4711, wait: .zero) == nil)
        var holder = try #require(try second.lock(4711, wait: .zero))
        let since = holder.since
        holder.since = "2001-01-01 00:00:00+00"
        try second.end(holder)
        #expect(try first.query("SELECT 1")[0, 0].int32 == 1)
        holder.since = since
        try second.end(holder)
        #expect(try second.lock(4711, wait: .seconds(30)) == nil)
    }

    @Test func advisoryLocksNameTheirHolder() throws {
        let (first, second) = (try connect(), try connect())
        for key in [Int64(0x1234_5678_9ABC), -5, .max, .min] {
            #expect(try first.lock(key, wait: .zero) == nil)
            let holder = try #require(try second.lock(key, wait: .zero))
            #expect(holder.process == first.backendProcess && holder.applicationName == "session test")
            try first.unlock(key)
            #expect(try second.lock(key, wait: .zero) == nil)
            try second.unlock(key)
        }
    }
}

@Suite struct CannotConnectTests {
    private func refusal(_ url: String) -> PostgresError? {
        do {
            _ = try PostgresConnection(url)
            Issue.record("connected to \(url)")
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test func noServer() throws {
        let error = try #require(refusal("host=/nowhere user=x dbname=y"))
        #expect(error.kind == .cannotConnect && error.isRetriable)
        #expect(error.advice?.contains("is the server up") == true)
    }

    @Test func nobodyListens() throws {
        #expect(refusal("postgresql://x@127.0.0.1:1/y")?.isRetriable == true)
    }

    @Test func noSuchDatabase() throws {
        let error = try #require(refusal(try PrivatePostgres.cluster().url(database: "nowhere")))
        #expect(error.sqlState == "3D000" && !error.isRetriable)
        #expect("\(error)".contains("createdb"))
    }

    @Test func noSuchRole() throws {
        let url = try PrivatePostgres.cluster().url(database: "postgres") + " user=nobody_known"
        #expect(refusal(url)?.sqlState == "28000")
    }

    @Test(arguments: ["nonsense=1", "postgresql://["])
    func aUrlThatIsNone(url: String) throws {
        let error = try #require(refusal(url))
        #expect(error.advice?.contains("postgres.url") == true && !error.isRetriable)
    }

    @Test func aPasswordInABadUrlIsNotRepeated() throws {
        let error = try #require(refusal("postgresql://user:secret@["))
        #expect(!"\(error)".contains("secret"))
    }

    @Test func aReadOnlyServerSaysSo() throws {
        let connection = try PostgresConnection(
            PostgresSettings(
                url: PrivatePostgres.cluster().url(database: "postgres"),
                options: ["default_transaction_read_only": "on"]
            )
        )
        do {
            try connection.execute("CREATE TABLE t ()")
            Issue.record("written")
        } catch let error as PostgresError {
            #expect(error.sqlState == "25006" && "\(error)".contains("primary"))
        }
    }
}

@Suite struct ConnectionStringTests {
    @Test(arguments: [
        "postgresql://", "postgresql:///d", "postgresql://:5433/d", "postgresql://h", "postgresql://[::1]:5433/d",
        "postgresql://a:1,b:2/d", "postgresql://u@%2Ftmp%2Fs/d?target_session_attrs=any",
        "host=/tmp/s port=5433 dbname=d", "host='a b'", "host=/tmp gssencmode=require",
    ])
    func itIsShownAsItIsWritten(text: String) throws {
        #expect(try ConnectionString(text).shown == text || text.contains(" "))
        #expect(ConnectionString.complaint(about: try ConnectionString(text).shown) == nil)
    }

    @Test(arguments: [
        ("postgresql://u:p%zz@h/db", "write % as %25"), ("postgresql:///db?nosuch=1", "does not know"),
        ("postgresql://[::1/db", "] is missing"), ("postgresql://h:99999/db", "1 to 65535"), ("port=0", "1 to 65535"),
        ("postgresql://h:1,i:2,j:x/db", "1 to 65535"), ("host=a,b port=1,2,3", "3 ports for 2 hosts"),
        ("postgresql:///db?sslmode=sometimes", "sslmode"), ("target_session_attrs=x", "target_session_attrs"),
        ("connect_timeout=soon", "connect_timeout"), ("postgresql:///db?x", "without ="), ("host", "not a URL"),
        ("nonsense=1", "does not know"), ("host='a", "not closed"), ("mysql://h", "something else"),
    ])
    func whatLibpqRefusesIsRefusedWithoutAServer(text: String, words: String) throws {
        let complaint = try #require(ConnectionString.complaint(about: text))
        #expect(complaint.contains(words), "\(complaint)")
        #expect(!complaint.contains("sometimes") && !complaint.contains("soon") && !complaint.contains("nosuch"))
    }

    @Test func aServerThatQuotesASecretIsNotRepeated() throws {
        let string = try ConnectionString("postgresql://u:hunter2@h/d")
        #expect(string.withoutSecrets("no such thing: hunter2") == "no such thing: ********")
    }
}
