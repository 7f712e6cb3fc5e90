import Foundation
import Postgres
import TestSupport
import Testing

@testable import Archive

@Suite struct SessionLimitsTests {
    private let settings = [
        "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit",
    ]

    private func shown(_ archive: Archive) throws -> [String] {
        try settings.map { try archive.connection.query("SHOW \($0)")[0, 0].string }
    }

    @Test func aSessionOfTheStreamHasItsLimits() throws {
        let fixture = try Fixture()
        let limits = SessionLimits(
            roundTrip: .seconds(7),
            lock: .milliseconds(1500),
            idleTransaction: .seconds(120)
        )
        let archive = try Archive(url: fixture.url, limits: limits)
        #expect(try shown(archive) == ["7s", "1500ms", "2min", "on"])
        #expect(archive.connection.timeout == .seconds(7))
    }

    /// A role's limit would cut off a migration, and the same batch again and again; what a role gains by not waiting for
    /// the disk is lost with the first power cut.
    @Test func whatARoleOrDatabaseSetsHoldsNoSessionUpAndLosesNothing() throws {
        let url = try PrivatePostgres.newDatabase()
        let session = try PostgresConnection(url)
        let name = try session.query("SELECT current_database()::text")[0, 0].string
        for setting in ["statement_timeout = '1h'", "lock_timeout = '1h'", "synchronous_commit = off"] {
            try session.execute("ALTER DATABASE \(name) SET \(setting)")
        }
        try Archive.migrate(url, within: .seconds(60))
        #expect(try shown(Archive(url: url)) == ["0", "1min", "2min", "on"])
        #expect(try shown(Archive(url: url, limits: SessionLimits())) == ["90s", "1min", "2min", "on"])
    }

    @Test func aStatementBeyondTheLimitPassesAndTheSessionGoesOn() throws {
        let archive = try Archive(url: Fixture().url, limits: SessionLimits(roundTrip: .seconds(3)))
        let error = #expect(throws: PostgresError.self) { try archive.connection.query("SELECT pg_sleep(60)") }
        #expect(error?.isRetriable == true)
        archive.connection.timeout = .seconds(60)
        #expect(try archive.connection.query("SELECT 1")[0, 0].int32 == 1)
    }

    /// A session that was given up for its silence keeps the worker's name until its server process has noticed.
    @Test func aFormerSessionOfThisProcessIsEndedAndGivesTheNameBack() throws {
        let fixture = try Fixture()
        let former = try fixture.archive.claim(group: "group", worker: "1", wait: .zero)
        #expect(former?.process == fixture.archive.connection.backendProcess)
        let archive = try fixture.another()
        #expect(throws: ArchiveError.self) { try archive.claim(group: "group", worker: "1", wait: .zero) }
        #expect(!fixture.archive.isLost)
        let own = try archive.claim(group: "group", worker: "1", wait: .seconds(30), former: former)
        #expect(own?.process == archive.connection.backendProcess)
        #expect(throws: PostgresError.self) { try fixture.archive.connection.query("SELECT 1") }
    }

    @Test func aFormerSessionThatCannotBeEndedIsWaitedFor() throws {
        let fixture = try Fixture()
        let former = try fixture.archive.claim(group: "group", worker: "1", wait: .zero)
        let process = fixture.archive.connection.backendProcess
        #expect(kill(process, SIGSTOP) == 0)
        defer { kill(process, SIGCONT) }
        let archive = try fixture.another()
        do {
            try archive.claim(group: "group", worker: "1", wait: .milliseconds(200), former: former)
            Issue.record("claimed")
        } catch ArchiveError.formerSession(let holder) {
            #expect(holder.contains("\(process)"))
        }
        kill(process, SIGCONT)
        try archive.claim(group: "group", worker: "1", wait: .seconds(30), former: former)
    }
}
