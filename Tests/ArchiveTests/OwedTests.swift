import Foundation
import Postgres
import Sky
import TestSupport
import Testing

@testable import Archive

/// What was decided and never answered is answered later, from what was known when it was decided.
@Suite struct OwedTests {
    private let own = Belonging(objectId: "ZTF25aaa")

    private func spectrum(_ flux: Float) -> SpectrumRow {
        SpectrumRow(Spectrum(wavelength: [4000], flux: [flux], uncertainty: [1], mjd: .nan, source: "test"), of: own)
    }

    private func metadata(_ value: Float) -> MetadataRow {
        MetadataRow(Metadata(["mean_vmag": value]), of: own, source: "gaia")
    }

    /// What an answer is computed from, as text.
    private func words(_ outcome: Outcome) -> String {
        guard let joined = outcome.joined else { return outcome.word }
        return
            "\(joined.lightCurve.points.map(\.flux)) \(joined.spectrum?.flux ?? []) \(joined.metadata?.values.first ?? 0) "
            + "\(joined.fluxChoice) \(joined.isConflicting)"
    }

    @Test func anOwedAnswerIsComputedFromWhatWasKnownWhenItWasDecided() throws {
        let fixture = try Fixture()
        _ = try fixture.archive.loadSpectra([spectrum(1)])
        _ = try fixture.archive.loadMetadata([metadata(1)])
        try fixture.archive.process([
            row(0, alert(7, mjd: someTime - 9, object: "other")), row(3, alert(6, mjd: someTime - 5, flux: 1)),
        ])
        let rows = [row(1, alert(7, flux: 2)), row(2, alert(8, mjd: someTime + 1, flux: 3))]
        let first = try fixture.archive.decide(rows)
        #expect(
            first.outcomes.map(words) == ["[1.0, 2.0] [1.0] 1.0 total true", "[1.0, 2.0, 3.0] [1.0] 1.0 total false"]
        )
        // Killed. Meanwhile the world goes on.
        _ = try fixture.archive.loadSpectra([spectrum(9)])
        _ = try fixture.archive.loadMetadata([metadata(9)])
        try fixture.archive.process([
            row(0, alert(9, mjd: someTime + 0.5, flux: 9, earlier: [detection(7, someTime, flux: 99)]), partition: 1)
        ])
        let successor = try fixture.another()
        let second = try successor.decide(rows)
        #expect(second.outcomes.map(words) == first.outcomes.map(words))
        try successor.answer(second, rows)
        #expect(try successor.process(rows) == ["stored alerts/0@1", "stored alerts/0@2"])
        #expect(try fixture.count("detections") == 5)
    }

    @Test func theLedgerHoldsAllThatAnAnswerDependsOn() throws {
        let fixture = try Fixture()
        _ = try fixture.archive.loadSpectra([spectrum(1)])
        _ = try fixture.archive.loadMetadata([metadata(1)])
        _ = try fixture.archive.decide([
            row(0, alert(1)), row(1, alert(1, mjd: someTime + 1)), row(2, alert(1)), unreadable(3),
        ])
        let rows = try fixture.connection().query(
            """
            SELECT coalesce(l.object_id = o.object_id, l.object_id IS NULL) AND coalesce(l.spectrum_id = s.spectrum_id, true),
                   coalesce(l.row_number, -1), l.spectrum_id IS NOT NULL, l.metadata_id IS NOT NULL,
                   coalesce(l.is_conflicting::text, '')
            FROM ledger l CROSS JOIN objects o CROSS JOIN spectra s ORDER BY l.message_offset
            """
        )
        let found = try (0..<rows.count).map { row in
            "\(try rows[row, 0].bool) \(try rows[row, 1].int32) \(try rows[row, 2].bool) \(try rows[row, 3].bool) "
                + (try rows[row, 4].string)
        }
        #expect(
            found == [
                "true 0 true true false", "true 1 true true true", "true -1 false false ", "true -1 false false ",
            ]
        )
    }

    /// Owed and new alerts of one object in one batch: each as at its own row, whatever the order of their times.
    @Test func owedAndNewAlertsOfOneObjectAreAssembledInTheOrderOfTheirRows() throws {
        let fixture = try Fixture()
        let owed = [row(0, alert(1, mjd: someTime + 3, flux: 1)), row(1, alert(2, mjd: someTime + 1, flux: 2))]
        let before = try fixture.archive.decide(owed)
        let rows = owed + [row(2, alert(3, mjd: someTime + 2, flux: 3))]
        let batch = try fixture.archive.decide(rows)
        #expect(batch.outcomes.prefix(2).map(words) == before.outcomes.map(words))
        #expect(batch.outcomes.map { $0.joined?.lightCurve.points.map(\.flux) } == [[1], [2], [2, 3]])
        try fixture.archive.answer(batch, rows)
        #expect(try fixture.count("annotations") == 3 && fixture.count("detections") == 3)
    }

    @Test func twoBatchesMayBeDecidedBeforeEitherIsAnswered() throws {
        let fixture = try Fixture()
        let rows = (0..<4).map { row(Int64($0), alert(Int64($0), mjd: someTime + Double($0), flux: Double($0))) }
        let epochs = try fixture.archive.take(partitionsOf: rows)
        let first = try fixture.archive.decide(Array(rows[..<2]), under: epochs)
        let second = try fixture.archive.decide(Array(rows[2...]), under: epochs)
        #expect(second.outcomes.map { $0.joined?.lightCurve.points.count } == [3, 4])
        try fixture.another().answer(second, Array(rows[2...]))
        try fixture.another().answer(first, Array(rows[..<2]))
        #expect(try fixture.count("annotations") == 4)
    }

    @Test func onlyTheOwnersPositionIsAnswered() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1))]
        let batch = try fixture.archive.decide(rows)
        // The position has given its alert back, and another has come to own it.
        try fixture.connection().execute("UPDATE owner SET message_offset = 5")
        #expect(throws: ArchiveError.self) { try fixture.archive.answer(batch, rows) }
        #expect(try fixture.count("annotations") == 0)
    }

    @Test func whatThisProgramCannotReadIsNotForgotten() throws {
        let fixture = try Fixture()
        _ = try fixture.archive.decide([row(0, alert(1))])
        #expect(throws: ArchiveError.owedUnreadable(position: position(0), reason: "not Avro")) {
            _ = try fixture.archive.decide([unreadable(0)])
        }
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["annotate"])
    }

    /// An alert whose answer retention has dropped, from before there were such accounts, was published long ago.
    @Test func withoutAnAccountOfItNothingIsOwed() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        try fixture.connection().execute(
            "DELETE FROM annotations; UPDATE ledger SET object_id = NULL, row_number = NULL, is_conflicting = NULL"
        )
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["replay"])
    }

    /// Accounts are ids and numbers: they hold in a copy of the database too, where no snapshot does.
    @Test func aReplayInARestoredDatabaseSeesWhatTheAlertSaw() throws {
        let fixture = try Fixture()
        _ = try fixture.archive.loadMetadata([metadata(1)])
        let seen = alert(1, earlier: [detection(50, someTime - 1, flux: 5)])
        let live = try fixture.archive.decide([row(0, seen)])
        try fixture.archive.answer(live, [row(0, seen)])
        _ = try fixture.archive.loadMetadata([metadata(2)])
        _ = try fixture.archive.loadSpectra([spectrum(2)])
        try fixture.archive.process([
            row(1, alert(2, mjd: someTime + 1, earlier: [detection(50, someTime - 1, flux: 6)]))
        ])
        let copy = try PrivatePostgres.newDatabase()
        try Self.run("pg_dump '\(fixture.url)' | psql --quiet --set ON_ERROR_STOP=1 '\(copy)' > /dev/null")
        let archive = try Archive(url: copy, applicationName: "copy")
        let replayed = try #require(try archive.replay(seen, model: "model-1", coneRadius: 1.5, quality: rule))
        #expect(words(.annotate(replayed)) == words(live.outcomes[0]))
        // And what was owed when it was dumped is owed there.
        _ = try fixture.archive.decide([row(2, alert(3))])
        #expect(try archive.process([row(2, alert(3))]) == ["annotate"])
    }

    private static func run(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command)")
    }
}
