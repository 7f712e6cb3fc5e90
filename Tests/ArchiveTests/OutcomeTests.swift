@testable import Archive
import Postgres
import Sky
import Testing

@Suite struct OutcomeTests {
    @Test func firstMessageOwnsTheAlertAndLaterOnesAreDuplicates() throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["annotate"])
        #expect(try fixture.archive.process([row(1, alert(1))]) == ["duplicate of alerts/0@0"])
    }

    @Test func oneBatchMayHoldEverything() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(1, alert(1)), unreadable(2), row(3, alert(2))]
        #expect(
            try fixture.archive.process(rows)
                == ["annotate", "duplicate of alerts/0@0", "dead letter frame", "annotate"]
        )
        #expect(try fixture.count("ledger") == 4)
        #expect(try fixture.count("owner") == 2)
        #expect(try fixture.count("annotations") == 2)
    }

    @Test func anEmptyBatchIsABatch() throws {
        #expect(try Fixture().archive.process([]) == [])
    }

    @Test func withinABatchTheFirstPositionOwnsTheAlertWhateverTheOrderOfTheRows() throws {
        let fixture = try Fixture()
        let rows = [row(7, alert(1)), row(5, alert(1)), row(6, alert(1))]
        #expect(
            try fixture.archive.process(rows)
                == ["duplicate of alerts/0@5", "annotate", "duplicate of alerts/0@5"]
        )
    }

    @Test func duplicatesAreFoundAcrossPartitionsAndTopics() throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1), partition: 3)]) == ["annotate"])
        #expect(
            try fixture.archive.process([row(0, alert(1), topic: "other"), row(9, alert(1), partition: 1)])
                == ["duplicate of alerts/3@0", "duplicate of alerts/3@0"]
        )
    }

    @Test func theSameIdOfAnotherSurveyIsAnotherAlert() throws {
        let fixture = try Fixture()
        var other = alert(1)
        other.survey = SurveyName("lsst")
        #expect(try fixture.archive.process([row(0, alert(1)), row(1, other)]) == ["annotate", "annotate"])
    }

    @Test func aPositionThatComesTwiceInABatchCountsOnce() throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1)), row(0, alert(1))]) == ["annotate", "replay"])
        #expect(try fixture.count("ledger") == 1)
    }

    @Test(arguments: [(0.0001, true), (1, true), (-31, true), (31, true), (31.001, false), (-40, false), (400, false)])
    func aKnownIdWithAnotherTimeWithinAMonthIsConflicting(days: Double, isConflicting: Bool) throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["annotate"])
        let expected = isConflicting ? "conflicting" : "annotate"
        #expect(try fixture.archive.process([row(1, alert(1, mjd: someTime + days))]) == [expected])
        #expect(try fixture.archive.process([row(2, alert(1))]) == ["duplicate of alerts/0@0"])
        #expect(
            try fixture.archive.process([row(3, alert(1, mjd: someTime + days))]) == ["duplicate of alerts/0@1"]
        )
    }

    @Test func withinABatchTheSecondTimeOfAnIdIsConflicting() throws {
        let fixture = try Fixture()
        let rows = [
            row(0, alert(1)), row(1, alert(1, mjd: someTime + 1)), row(2, alert(1)),
            row(3, alert(1, mjd: someTime + 60)),
        ]
        #expect(
            try fixture.archive.process(rows) == ["annotate", "conflicting", "duplicate of alerts/0@0", "annotate"]
        )
    }

    @Test func conflictingAlertsAreCounted() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(1, alert(1, mjd: someTime + 1)), row(2, alert(1)), unreadable(3)]
        let batch = try fixture.archive.decide(rows)
        var flagged = annotation("b")
        flagged.flags = [.conflicting]
        _ = try fixture.archive.store([0: annotation("a"), 1: flagged], of: batch)
        #expect(
            try fixture.archive.ledgerCounts() == [
                LedgerCounts(
                    topic: "alerts",
                    partition: 0,
                    annotated: 2,
                    duplicates: 1,
                    deadLetters: 1,
                    conflicting: 1
                )
            ]
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 0, 47891.9, 88069, 1e300])
    func aTimeOutsideOfTheCenturyIsADeadLetter(mjd: Double) throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1, mjd: mjd))]) == ["dead letter time.out-of-range"])
        #expect(try fixture.count("owner") == 0)
    }

    @Test(arguments: [(361, 0), (-1, 0), (0, 91), (.nan, 0), (0, .nan)] as [(Double, Double)])
    func aPositionOffTheSkyIsADeadLetter(ra: Double, dec: Double) throws {
        let fixture = try Fixture()
        #expect(
            try fixture.archive.process([row(0, alert(1, ra: ra, dec: dec))]) == ["dead letter position.out-of-range"]
        )
    }

    @Test(arguments: [Int64(-1), 0, 1, -62_135_596_800_000, 253_402_300_800_000, .max, .min])
    func anyMessageTimestampIsFiled(timestamp: Int64) throws {
        let fixture = try Fixture()
        let place = position(0, timestamp: timestamp)
        #expect(try fixture.archive.process([row(place, alert(1))]) == ["annotate"])
        #expect(try fixture.archive.process([row(place, alert(1))]) == ["stored alerts/0@0"])
    }

    @Test func rowsStandInTheMonthOfTheirTime() throws {
        let fixture = try Fixture()
        // 2025-05-31 and 2025-06-01 UTC.
        try fixture.archive.process([row(0, alert(1, mjd: 60826.99)), row(1, alert(2, mjd: 60827))])
        #expect(try fixture.count("owner_2025_05", "alert_id = 1") == 1)
        #expect(try fixture.count("owner_2025_06", "alert_id = 2") == 1)
        #expect(try fixture.count("annotations_2025_06", "alert_id = 2") == 1)
        #expect(try fixture.count("ledger_2025_05") == 2)
        #expect(try fixture.count("owner_default") == 0)
    }

    @Test func aMonthWhoseRowsStandInTheDefaultPartitionStaysThere() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let connection = try fixture.connection()
        try connection.execute(
            """
            CREATE TEMP TABLE saved AS TABLE owner; DROP TABLE owner_2025_05; INSERT INTO owner TABLE saved
            """
        )
        let other = try fixture.another()
        #expect(try other.process([row(1, alert(1)), row(2, alert(2))]) == ["duplicate of alerts/0@0", "annotate"])
        #expect(try fixture.count("owner_default") == 2)
    }
}

/// What was stored and did not go out may be larger than its topics take by now.
@Suite struct ReplacedAnnotationTests {
    @Test func whatIsReplacedGoesOutFromThenOn() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(1, alert(2))]
        try fixture.archive.process(rows)
        func stored(_ batch: DecidedBatch, _ index: Int) throws -> StoredAnnotation {
            guard case .stored(let annotation) = batch.outcomes[index] else {
                throw ArchiveError.notStored(index: index)
            }
            return annotation
        }
        let batch = try fixture.archive.decide(rows)
        var shorter = try stored(batch, 0)
        let before = shorter
        shorter.flags.insert(.shortened)
        shorter.datum = [1, 2, 3]
        shorter.framing.appendsCutouts = false
        shorter.framing.lightCurve = .none
        #expect(try stored(fixture.archive.decide(rows), 0) == before)
        #expect(try fixture.archive.store([:], of: batch, replacing: [0: shorter]) == [:])
        let again = try fixture.archive.decide(rows)
        #expect(try stored(again, 0) == shorter)
        #expect(try stored(again, 1).datum != shorter.datum)
    }

    @Test func onlyWhatWasStoredIsReplaced() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let batch = try fixture.archive.decide([row(0, alert(1)), row(1, alert(2))])
        guard case .stored(let stored) = batch.outcomes[0] else { throw ArchiveError.notStored(index: 0) }
        for index in [1, 2, -1] {
            #expect(throws: ArchiveError.notStored(index: index)) {
                _ = try fixture.archive.store([1: annotation("2")], of: batch, replacing: [index: stored])
            }
        }
        // Nothing of what failed is there.
        #expect(try fixture.count("annotations") == 1)
    }
}

@Suite struct DeadLetterTests {
    @Test func aDeadLetterOwnsNoIdSoThatItsCorrectedReSendIsAnnotated() throws {
        let fixture = try Fixture()
        let letter = DeadLetter(code: "time", reason: "no time", survey: SurveyName("ztf"), alertId: 1)
        let rows = [IncomingRow(position: position(0), content: .deadLetter(letter)), row(1, alert(1))]
        #expect(try fixture.archive.process(rows) == ["dead letter time", "annotate"])
    }

    @Test func aDeadLetterThatComesAgainKeepsItsFirstReason() throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([unreadable(0, code: "frame")]) == ["dead letter frame"])
        #expect(try fixture.archive.process([unreadable(0, code: "schema")]) == ["dead letter frame"])
        // A newer program can read it: the first outcome stands, and the id stays free.
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["dead letter frame"])
        #expect(try fixture.archive.process([row(1, alert(1))]) == ["annotate"])
    }
}

@Suite struct BatchTests {
    @Test func answersAreStoredOfAllThatIsToBeAnnotatedAndOfNothingElse() throws {
        let fixture = try Fixture()
        let batch = try fixture.archive.decide([row(0, alert(1)), row(1, alert(2)), row(2, alert(2))])
        let (one, two) = (annotation("one"), annotation("two"))
        #expect(throws: ArchiveError.incompleteBatch(indices: [1])) {
            _ = try fixture.archive.store([0: one], of: batch)
        }
        for other in [2, 9] {
            #expect(throws: ArchiveError.notToBeAnnotated(index: other)) {
                _ = try fixture.archive.store([0: one, 1: two, other: one], of: batch)
            }
        }
        #expect(try fixture.count("annotations") == 0)
        #expect(try fixture.archive.store([0: one, 1: two], of: batch).count == 2)
    }

    @Test func whatIsStoredFirstStandsWhoeverComputesItAgain() throws {
        let fixture = try Fixture()
        let batch = try fixture.archive.decide([row(0, alert(1)), row(1, alert(2))])
        let first = try fixture.archive.store([0: annotation("a"), 1: annotation("b")], of: batch)
        #expect(try fixture.another().store([0: annotation("c"), 1: annotation("d")], of: batch) == first)
        #expect(try fixture.count("annotations") == 2)
    }

    @Test func aDecisionThatFailsLeavesNothing() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), unreadable(1)]
        try fixture.connection().execute(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION fail()
            """
        )
        #expect(throws: PostgresError.self) { _ = try fixture.archive.decide(rows) }
        for table in ["ledger", "owner", "objects", "detections", "annotations"] {
            #expect(try fixture.count(table) == 0, "\(table)")
        }
        #expect(try fixture.count("partitions", "decided_next = 0") == 1)
        try fixture.connection().execute("DROP TRIGGER fail ON ledger")
        #expect(try fixture.archive.process(rows) == ["annotate", "dead letter frame"])
    }

    @Test func whatIsStoredComesBack() throws {
        let fixture = try Fixture()
        let batch = try fixture.archive.decide([row(4, alert(1))])
        var new = annotation("datum")
        new.flags = [.bogus, .historyAfterAlert]
        new.topics = ["trifid.alerts", "trifid.class.SN-Ia"]
        let stored = try fixture.archive.store([0: new], of: batch)[0]
        let again = try fixture.archive.decide([row(4, alert(1))])
        guard case .stored(let read) = again.outcomes[0] else {
            Issue.record("\(again.outcomes[0])")
            return
        }
        #expect(read == stored)
        #expect(read.datum == Array("datum".utf8))
        #expect(read.flags == [.bogus, .historyAfterAlert])
        #expect(read.objectId == "ZTF25aaa")
        #expect(read.position == position(4))
        #expect(try fixture.archive.annotations(survey: SurveyName("ztf"), alertId: 1) == [read])
        #expect(try fixture.archive.annotations(survey: SurveyName("ztf"), objectId: "ZTF25aaa") == [read])
    }

    @Test func anAnnotationWithoutDecisionOrPercentileIsStored() throws {
        let fixture = try Fixture()
        let batch = try fixture.archive.decide([row(0, alert(1))])
        let stored = try fixture.archive.store([0: NewAnnotation(datum: [], topics: [])], of: batch)
        #expect(try fixture.archive.annotations(survey: SurveyName("ztf"), alertId: 1) == [stored[0]])
    }

    @Test func offsetsSpanTheBatch() throws {
        let fixture = try Fixture()
        let rows = [row(3, alert(1)), row(1, alert(2)), row(8, alert(3), partition: 1), unreadable(5)]
        let batch = try fixture.archive.decide(rows)
        #expect(
            batch.offsets == [
                CommittedOffsets(topic: "alerts", partition: 0, first: 1, next: 6),
                CommittedOffsets(topic: "alerts", partition: 1, first: 8, next: 9),
            ]
        )
    }

    @Test func oddTextIsKept() throws {
        let fixture = try Fixture()
        let name = "it's \"odd\"\\ \u{1F52D} "
        #expect(try fixture.archive.process([row(0, alert(1, object: name))]) == ["annotate"])
        #expect(try fixture.archive.object(survey: SurveyName("ztf"), objectId: name, quality: rule) != nil)
    }
}
