import Foundation
import Postgres
import Sky
import TestSupport
import Testing

@testable import Archive

@Suite struct ReadingSessionsTests {
    @Test func aReaderReadsAndCannotWrite() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let sessions = ReadingSessions(url: fixture.url, limit: 2)
        let object = try sessions.read(wait: .zero) { archive in
            try archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule)
        }
        #expect(object?.detections.map(\.id) == [1])
        #expect((object?.alertCount, object?.latestAlertId, object?.latestMJD) == (1, 1, someTime))
        let setting = try sessions.read(wait: .zero) { archive in
            #expect(throws: PostgresError.self) { try archive.connection.execute("DELETE FROM ledger") }
            return try archive.connection.query("SHOW enable_seqscan")[0, 0].string
        }
        #expect(setting == "on")
    }

    /// A question about a name that the archive has never seen is answered, and leaves nothing behind.
    @Test func whatIsNotKnownIsNotFoundAndNotStored() throws {
        let fixture = try Fixture()
        let survey = SurveyName("ztf")
        func ask(_ archive: Archive) throws {
            #expect(try archive.object(survey: survey, objectId: "ZTF25aaa", quality: rule) == nil)
            #expect(try archive.annotations(survey: survey, objectId: "ZTF25aaa") == [])
            #expect(try archive.annotations(survey: survey, alertId: 1) == [])
            #expect(try archive.owners(survey: survey, alertId: 1).isEmpty)
            #expect(try archive.spectra(of: "ZTF25aaa", survey: survey) == [])
            #expect(try archive.metadata(of: "ZTF25aaa", survey: survey) == [])
            #expect(try archive.replay(alert(1), model: "model-1", coneRadius: 1.5, quality: rule) == nil)
            try archive.readLedger(topic: "alerts", partition: 0, offsets: 0..<10) { Issue.record("\($0)") }
        }
        let sessions = ReadingSessions(url: fixture.url, limit: 1)
        try sessions.read(wait: .zero, ask)
        try ask(fixture.archive)
        for table in ["surveys", "topics", "models"] { #expect(try fixture.count(table) == 0, "\(table)") }
        // What was not known is looked up again.
        try fixture.archive.process([row(0, alert(1))])
        let object = try sessions.read(wait: .zero) { archive in
            #expect(try archive.replay(alert(1), model: "another", coneRadius: 1.5, quality: rule) != nil)
            return try archive.object(survey: survey, objectId: "ZTF25aaa", quality: rule)
        }
        #expect(object?.alertCount == 1)
    }

    @Test func thereAreSoManyAtTheMostAndOneThatComesBackIsLentAgain() throws {
        let sessions = ReadingSessions(url: try Fixture().url, limit: 1)
        let first = try sessions.read(wait: .zero) { archive in
            #expect(throws: ArchiveError.noSession(limit: 1, waited: .milliseconds(20))) {
                try sessions.read(wait: .milliseconds(20)) { _ in }
            }
            return archive.connection.backendProcess
        }
        #expect(try sessions.read(wait: .zero) { $0.connection.backendProcess } == first)
        sessions.close()
        #expect(throws: ArchiveError.self) { try sessions.read(wait: .zero) { _ in } }
    }

    @Test func whoWaitsGetsTheSessionThatComesFree() throws {
        let sessions = ReadingSessions(url: try Fixture().url, limit: 1)
        let failures = DispatchQueue.concurrentResults(4) {
            for _ in 0..<20 {
                try sessions.read(wait: .seconds(60)) { _ = try $0.connection.query("SELECT 1") }
            }
        }
        #expect(failures == [])
    }

    /// What a reader leaves behind (an open transaction, a failed statement) does not reach the next.
    @Test func aSessionComesBackClean() throws {
        let sessions = ReadingSessions(url: try Fixture().url, limit: 1)
        #expect(throws: PostgresError.self) {
            try sessions.read(wait: .zero) { archive in
                try archive.connection.execute("BEGIN")
                try archive.connection.execute("SELECT nonsense")
            }
        }
        try sessions.read(wait: .zero) { #expect(!$0.connection.isInTransaction) }
    }

    @Test func sessionsThatAreLostInARestartAreReplaced() throws {
        let folder = NSTemporaryDirectory() + "trifid-reading-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = PrivateCluster.Options()
        options.fsync = false
        let first = try PrivateCluster(folder: folder, options: options)
        try Archive.migrate(first.url)
        let sessions = ReadingSessions(url: first.url, limit: 2)
        _ = try sessions.read(wait: .zero) { try $0.ledgerCounts() }
        first.stop()
        #expect(throws: PostgresError.self) { try sessions.read(wait: .zero) { try $0.ledgerCounts() } }
        let second = try PrivateCluster(folder: folder, options: options)
        defer { second.stop() }
        for _ in 0..<3 { #expect(try sessions.read(wait: .zero) { try $0.ledgerCounts() } == []) }
        sessions.close()
    }
}
