@testable import Archive
import Ground
import Postgres
import Sky
import TestSupport
import Testing

/// Nothing that a packet says may fail a batch: its worker would read the packet again for ever.
@Suite struct UnfitAlertTests {
    @Test(arguments: [
        "", "ZTF25\0aaa", "\0", "a\nb", "\u{7F}", "a\u{9B}b", String(repeating: "x", count: 256),
        String(repeating: "é", count: 128), String(repeating: "abcdefg", count: 100_000),
    ])
    func anObjectIdThatIsNoneIsADeadLetter(objectId: String) throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1, object: objectId)), row(1, alert(2))]
        let batch = try fixture.archive.decide(rows)
        try fixture.archive.answer(batch, rows)
        #expect(batch.outcomes.map(\.word) == ["dead letter identity.object-id", "annotate"])
        guard case .deadLetter(let letter) = batch.outcomes[0] else { return }
        #expect(letter.reason.contains("\(objectId.utf8.count) bytes") && letter.reason.utf8.count < 300)
        #expect(!letter.reason.holdsControlCharacters)
        #expect(letter.survey == SurveyName("ztf") && letter.alertId == 1)
        #expect(try fixture.count("owner") == 1 && fixture.count("objects") == 1)
    }

    @Test(arguments: ["x", "ZTF 25 aaa'\"\\", String(repeating: "é", count: 127), String(repeating: "😀", count: 63)])
    func anyOtherObjectIdIsOne(objectId: String) throws {
        #expect(try Fixture().archive.process([row(0, alert(1, object: objectId))]) == ["annotate"])
    }

    @Test(arguments: ["a\0b", "é", "\n"]) func aBandWithoutAPrintableNameIsADeadLetter(name: String) throws {
        let fixture = try Fixture()
        let point = detection(5, someTime - 1, band: Band(name, wavelength: .nan))
        let rows = [row(0, alert(1, earlier: [point])), row(1, alert(2))]
        #expect(try fixture.archive.process(rows) == ["dead letter photometry.band", "annotate"])
        #expect(try fixture.count("bands") == 1)
    }

    @Test func bandsBeyondTheMostAreDeadLettersAndThoseBeforeStayUsable() throws {
        let fixture = try Fixture()
        try fixture.connection().execute(
            "INSERT INTO bands (name, wavelength) SELECT 'b' || n, 'NaN' FROM generate_series(2, \(Names.mostBands)) n"
        )
        func with(_ id: Int64, _ band: String) -> Alert {
            alert(id, earlier: [detection(id + 100, someTime - 1, band: Band(band, wavelength: .nan))])
        }
        let rows = [row(0, alert(1)), row(1, with(2, "new")), row(2, with(3, "b7"))]
        #expect(try fixture.archive.process(rows) == ["annotate", "dead letter photometry.band", "annotate"])
        #expect(try fixture.count("bands") == Names.mostBands)
        // The refused alert owns nothing: mended, it is taken.
        #expect(try fixture.archive.process([row(3, alert(2))]) == ["annotate"])
    }

    @Test func aReasonMayQuoteAnything() throws {
        let fixture = try Fixture()
        let letter = DeadLetter(
            code: "a\0" + String(repeating: "c", count: 1000),
            reason: "\0" + String(repeating: "é\n", count: 1_000_000)
        )
        #expect(letter.reason.hasPrefix("\\u{0}é\\n") && letter.reason.utf8.count <= DeadLetter.longestReason)
        #expect(letter.code.utf8.count <= DeadLetter.longestCode && !letter.code.holdsControlCharacters)
        let rows = [IncomingRow(position: position(0), content: .deadLetter(letter)), row(1, alert(1))]
        let batch = try fixture.archive.decide(rows)
        try fixture.archive.answer(batch, rows)
        guard case .deadLetter(let stored) = batch.outcomes[0] else {
            Issue.record("\(batch.outcomes[0].word)")
            return
        }
        #expect(stored == letter)
    }

    @Test(arguments: [Int64.min, -1, 0, .max]) func aMessageMayBearAnyTimestamp(timestamp: Int64) throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(position(0, timestamp: timestamp), alert(1))]) == ["annotate"])
    }

    @Test(arguments: [Int64.min, -1, 0, .max]) func anAlertMayHaveAnyId(id: Int64) throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(id))]) == ["annotate"])
    }

    /// In LATIN1 a text with other characters would fail its batch for ever.
    @Test func aDatabaseThatCannotHoldEveryTextIsRefused() throws {
        let cluster = try PrivatePostgres.cluster()
        let server = try PostgresConnection(cluster.url(database: "postgres"))
        for (name, encoding) in [("latin", "LATIN1"), ("ascii", "SQL_ASCII")] {
            try server.execute("CREATE DATABASE \(name) TEMPLATE template0 ENCODING '\(encoding)'")
        }
        let error = #expect(throws: ArchiveError.self) { try Archive.migrate(cluster.url(database: "latin")) }
        #expect("\(String(describing: error))".contains("encoding LATIN1"))
        let url = cluster.url(database: "ascii")
        try Archive.migrate(url)
        let archive = try Archive(url: url, applicationName: "test")
        #expect(try archive.process([row(0, alert(1, object: "\u{1F52D}"))]) == ["annotate"])
        #expect(try archive.object(survey: SurveyName("ztf"), objectId: "\u{1F52D}", quality: rule) != nil)
    }

    @Test(arguments: [(0.0, -90.0), (360, 90), (359.999_999_999_999_9, 0), (0, -0.0), (.leastNonzeroMagnitude, 90)])
    func anAlertMayStandAnywhereOnTheSky(ra: Double, dec: Double) throws {
        let fixture = try Fixture()
        for (offset, mjd) in [Alert.allowedTimes.lowerBound, Alert.allowedTimes.upperBound.nextDown].enumerated() {
            let row = row(Int64(offset), alert(Int64(offset), mjd: mjd, ra: ra, dec: dec))
            #expect(try fixture.archive.process([row]) == ["annotate"])
        }
    }

    /// The edges of what the packet floor lets through: fluxes that are none, times of the history at the ends.
    @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -0.0])
    func pointsMayHoldAnyNumber(value: Double) throws {
        let fixture = try Fixture()
        var point = detection(5, someTime - 1)
        (point.flux, point.fluxErr, point.totalFlux, point.totalFluxErr) = (value, value, value, value)
        let limit = PhotometricPoint.upperLimit(mjd: someTime - 2, band: bandR, limit: value)
        #expect(try fixture.archive.process([row(0, alert(1, earlier: [point], limits: [limit]))]) == ["annotate"])
    }
}
