import Postgres
import Sky
import TestSupport
import Testing

@testable import Archive

/// What M0006 keeps, and that rows from before it stay readable.
@Suite struct QualityTests {
    private func seen(_ archive: Archive, _ offset: Int64, _ alert: Alert) throws -> [String] {
        let rows = [row(offset, alert)]
        let batch = try archive.decide(rows)
        try archive.answer(batch, rows)
        let live = try #require(batch.outcomes[0].joined)
        let again = try archive.replay(alert, model: "model-1", coneRadius: 1.5, quality: rule)
        #expect(
            "\(String(describing: again?.lightCurve))" == "\(String(describing: Optional(live.lightCurve)))"
                && again?.fluxChoice == live.fluxChoice
        )
        return live.lightCurve.points.map { $0.flux.isNaN ? "\($0.kind)" : "\($0.kind) \(Int($0.flux))" }
    }

    @Test func qualityProgramChoiceAndWithdrawalComeBackAsTheyWere() throws {
        let fixture = try Fixture()
        var good = detection(5, someTime - 3)
        good.quality = PointQuality(score: 0.75, kind: .deepRealBogus, flags: QualityFlags(rawValue: 1 << 63 | 1))
        good.programId = 1
        var rival = detection(4, someTime - 3)
        rival.isChosen = false
        var gone = detection(6, someTime - 2)
        gone.isWithdrawn = true
        try fixture.archive.process([row(0, alert(9, earlier: [good, rival, gone]))])
        let rows = try fixture.connection().query("SELECT \(HistoryRows.columns) FROM detections d")
        let stored = try HistoryRows.contribution(rows, 0) { number in number == 1 ? bandG : bandR }
        #expect(stored.points.map(\.quality) == [good.quality, .init(), .init(), .init()])
        #expect(stored.points.map(\.programId) == [1, -1, -1, -1])
        #expect(stored.points.map(\.isChosen) == [true, false, true, true])
        #expect(stored.points.map(\.isWithdrawn) == [false, false, true, false])
        #expect(try fixture.count("points", "is_withdrawn") == 1)
        #expect(try fixture.count("points", "score_kind = 'deep-real-bogus' AND score = 0.75 AND program_id = 1") == 1)
        let object = try fixture.archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule)
        #expect(object?.detections.map(\.id) == [5, 9])
    }

    @Test func aDetectionThatFailsTheRuleGivesWayToItsForcedTwin() throws {
        let archive = try Fixture().archive
        var bogus = detection(5, someTime - 1, flux: 5)
        bogus.quality = PointQuality(score: 0.1, kind: .realBogus)
        let twin = PhotometricPoint.forced(mjd: someTime - 1, band: bandG, flux: 6, fluxErr: 1)
        #expect(
            try seen(archive, 0, alert(9, flux: 9, earlier: [bogus], forced: [twin])) == ["forced 6", "detection 9"]
        )
    }

    @Test func aLaterPacketWithdrawsAndRestores() throws {
        let archive = try Fixture().archive
        let point = detection(5, someTime - 1, flux: 5)
        var gone = point
        gone.isWithdrawn = true
        #expect(try seen(archive, 0, alert(9, flux: 9, earlier: [point])) == ["detection 5", "detection 9"])
        #expect(
            try seen(archive, 1, alert(10, mjd: someTime + 1, flux: 10, earlier: [gone]))
                == ["detection 9", "detection 10"]
        )
        #expect(
            try seen(archive, 2, alert(11, mjd: someTime + 2, flux: 11, earlier: [point]))
                == ["detection 5", "detection 9", "detection 10", "detection 11"]
        )
    }

    @Test func aPublicAlertSeesPublicPointsOnly() throws {
        let archive = try Fixture().archive
        var point = detection(5, someTime - 1, flux: 5)
        point.programId = 2
        var own = alert(9, flux: 9, earlier: [point])
        own.programId = 2
        #expect(try seen(archive, 0, own) == ["detection 5", "detection 9"])
        var open = alert(10, mjd: someTime + 1, flux: 10)
        open.programId = 1
        #expect(try seen(archive, 1, open) == ["detection 9", "detection 10"])
    }

    @Test func whatIsNotPublicIsShownToThoseAloneWhoAskForIt() throws {
        let archive = try Fixture().archive
        let survey = SurveyName("ztf")
        var hidden = alert(9, mjd: someTime + 1, flux: 9)
        hidden.programId = 2
        hidden.detections[0].programId = 2
        var alone = alert(11, object: "ZTF25bbb", flux: 11)
        alone.programId = 3
        alone.detections[0].programId = 3
        var open = alert(8, flux: 8)
        open.programId = 1
        open.detections[0].programId = 1
        try archive.process([row(0, open), row(1, hidden), row(2, alone)])
        func object(_ name: String, publicOnly: Bool = true) throws -> ArchivedObject? {
            try archive.object(survey: survey, objectId: name, quality: rule, publicOnly: publicOnly)
        }
        let shown = try #require(try object("ZTF25aaa"))
        #expect((shown.alertCount, shown.latestAlertId, shown.latestMJD) == (1, 8, someTime))
        let all = try #require(try object("ZTF25aaa", publicOnly: false))
        #expect((all.alertCount, all.latestAlertId, all.latestMJD) == (2, 9, someTime + 1))
        #expect(try object("ZTF25bbb") == nil)
        #expect(try object("ZTF25bbb", publicOnly: false)?.alertCount == 1)
        func near(_ limit: Int = 100, publicOnly: Bool = true) throws -> [String] {
            try archive.objects(ra: open.ra, dec: open.dec, radius: 5, limit: limit, publicOnly: publicOnly)
                .map(\.row.objectId)
        }
        #expect(try near() == ["ZTF25aaa"])
        #expect(try near(publicOnly: false) == ["ZTF25aaa", "ZTF25bbb"] && near(1, publicOnly: false) == ["ZTF25aaa"])
        func ids(limit: Int = 100, publicOnly: Bool = true) throws -> [Int64] {
            try archive.annotations(survey: survey, objectId: "ZTF25aaa", limit: limit, publicOnly: publicOnly)
                .map(\.alertId)
        }
        #expect(try ids() == [8] && ids(limit: 1) == [8] && ids(publicOnly: false) == [9, 8])
        #expect(try archive.annotations(survey: survey, alertId: 8).count == 1)
        #expect(try archive.annotations(survey: survey, alertId: 9) == [])
        #expect(try archive.annotations(survey: survey, alertId: 9, publicOnly: false).count == 1)
    }

    @Test func theChoiceOfAFluxIsThatOfTheFirstAlert() throws {
        let fixture = try Fixture()
        var second = alert(2, mjd: someTime + 1, earlier: [detection(7, someTime - 5)])
        second.detections[0].totalFlux = .nan
        for (offset, alert) in [alert(1), second].enumerated() {
            let batch = try fixture.archive.decide([row(Int64(offset), alert)])
            #expect(batch.outcomes[0].joined?.fluxChoice == .total)
            try fixture.archive.answer(batch, [row(Int64(offset), alert)])
        }
        #expect(FluxChoice(packetOf: second) == .difference)
        let condition = "row_count = 2 AND latest_alert_id = 2 AND flux_choice = 0"
        #expect(try fixture.count("objects", condition) == 1)
    }

    @Test func howAnAnnotationWasFramedComesBack() throws {
        let fixture = try Fixture()
        let framing = DatumFraming(schemaVersion: "1.1", appendsCutouts: false, lightCurve: .recent)
        let rows = [row(0, alert(1))]
        let batch = try fixture.archive.decide(rows)
        let result = try fixture.archive.store([0: NewAnnotation(datum: [1], topics: [], framing: framing)], of: batch)
        #expect(result[0]?.framing == framing)
        guard case .stored(let stored) = try fixture.archive.decide(rows).outcomes[0] else {
            Issue.record("not stored")
            return
        }
        #expect(stored.framing == framing)
    }

    @Test func anyFeaturesAreKeptByName() throws {
        let archive = try Fixture().archive
        let own = Metadata(["ruwe": 1, "colour": .nan])
        let belonging = Belonging(objectId: "ZTF25aaa")
        #expect(try archive.loadMetadata([MetadataRow(own, of: belonging, source: "s")]).loaded == 1)
        #expect(try archive.loadMetadata([MetadataRow(own, of: belonging, source: "s")]).known == 1)
        // The same numbers under other names are another row.
        let other = Metadata(["ruwe": 1, "hue": .nan])
        #expect(try archive.loadMetadata([MetadataRow(other, of: belonging, source: "s")]).loaded == 1)
        let read = try archive.metadata(of: "ZTF25aaa")
        #expect(read.map(\.names) == [["ruwe", "hue"], ["ruwe", "colour"]])
        #expect(read[0]["ruwe"] == 1 && read[0]["hue"].isNaN)
        #expect(try archive.decide([row(0, alert(1))]).outcomes[0].joined?.metadata?.names == ["ruwe", "hue"])
    }

    @Test func rowsFromBeforeTheMigrationStayReadable() throws {
        let url = try PrivatePostgres.newDatabase()
        let connection = try PostgresConnection(url)
        try Migrator(connection: connection, migrations: Array(Migration.all.prefix(5))).run()
        try connection.execute(
            """
            INSERT INTO surveys (name) VALUES ('ztf');
            INSERT INTO bands (name, wavelength) VALUES ('g', 472.3);
            INSERT INTO objects (survey_id, name, ra, dec) VALUES (1, 'ZTF25aaa', 120, 30);
            INSERT INTO detections (object_id, row_number, first_point, alert_id, alert_mjd, kinds, bands, ids, mjds,
                                    fluxes, flux_errs, total_fluxes, total_flux_errs, repeated)
            VALUES (1, 0, 0, 7, \(someTime - 1), '{0,2}', '{1,1}', '{7,0}', '{\(someTime - 1),\(someTime - 2)}',
                    '{7,50}', '{1,NaN}', '{70,NaN}', '{2,NaN}', '{}'),
                   (1, 1, 2, 6, \(someTime - 3), '{0}', '{1}', '{6}', '{\(someTime - 3)}', '{6}', '{1}', '{60}', '{1}',
                    '{}');
            INSERT INTO metadata (object, source, features, digest)
            VALUES ('ZTF25aaa', 's', array_fill(2::real, ARRAY[34]), '\\x00');
            INSERT INTO topics (name) VALUES ('alerts');
            INSERT INTO annotations (survey_id, alert_id, mjd, revision, object_id, row_number, topic_id, partition_id,
                                     message_offset, message_time, model_id, flags, topics, datum, read_under)
            VALUES (1, 7, \(someTime - 1), 0, 1, 0, 1, 0, 5, 5, 1, 0, '{}', '\\x01', pg_current_snapshot())
            """
        )
        try Archive.migrate(url)
        let archive = try Archive(url: url)
        // Whose exposures they were was not noted.
        #expect(try archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule) == nil)
        #expect(try archive.annotations(survey: SurveyName("ztf"), alertId: 7) == [])
        let object = try #require(
            try archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule, publicOnly: false)
        )
        #expect(object.detections.map(\.id) == [6, 7] && object.upperLimits.count == 1)
        #expect(object.detections.allSatisfy { $0.isChosen && !$0.isWithdrawn && $0.quality == PointQuality() })
        #expect((object.alertCount, object.latestAlertId, object.latestMJD) == (2, 7, someTime - 1))
        #expect(object.fluxChoice == nil)
        #expect(try archive.metadata(of: "ZTF25aaa").map { $0["ruwe"] } == [2])
        let old = try archive.annotations(survey: SurveyName("ztf"), alertId: 7, publicOnly: false)
        #expect(old.map(\.framing) == [DatumFraming()])
        #expect(try seen(archive, 0, alert(9, flux: 9)) == ["detection 9"])
        var restricted = alert(10, flux: 9)
        restricted.programId = 2
        #expect(try seen(archive, 1, restricted) == ["detection 6", "upperLimit", "detection 7", "detection 9"])
        #expect(
            try archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule)?.fluxChoice == .total
        )
    }
}
