@testable import Archive
import Postgres
import Sky
import Testing

/// What Kafka may do between and after our commits.
@Suite struct RedeliveryTests {
    private let rows = [row(0, alert(1)), row(1, alert(1)), unreadable(2), row(3, alert(2))]

    @Test func afterACrashBetweenTheTwoCommitsWhatIsStoredIsPublished() throws {
        let fixture = try Fixture()
        try fixture.archive.process(rows)
        #expect(
            try fixture.archive.process(rows) == [
                "stored alerts/0@0", "duplicate of alerts/0@0", "dead letter frame", "stored alerts/0@3",
            ]
        )
        // Batches need not be the same.
        #expect(
            try fixture.archive.process([row(3, alert(2)), row(4, alert(3))]) == ["stored alerts/0@3", "annotate"]
        )
        #expect(try fixture.count("ledger") == 5)
    }

    @Test func belowTheCommittedMarkNothingIsPublishedAgain() throws {
        let fixture = try Fixture()
        try fixture.archive.process(rows)
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 4)])
        #expect(try fixture.archive.process(rows) == ["replay", "replay", "replay", "replay"])
        #expect(
            try fixture.archive.process([row(4, alert(1)), row(5, alert(5))]) == [
                "duplicate of alerts/0@0", "annotate",
            ]
        )
    }

    @Test func whereTheLedgersRowIsGoneTheOwnerStillKnowsAReplay() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 1)])
        for _ in 0..<2 {
            try fixture.connection().execute("DELETE FROM ledger")
            #expect(try fixture.archive.process([row(0, alert(1))]) == ["replay"])
            #expect(try fixture.archive.process([row(0, alert(1))]) == ["replay"])
        }
    }

    @Test func whatKafkaHasCommittedIsToldWithTheNextDecision() throws {
        let fixture = try Fixture()
        let first = try fixture.archive.decide(rows)
        try fixture.archive.answer(first, rows)
        #expect(try fixture.archive.committedMarks() == [])
        try fixture.archive.process([row(4, alert(4))], telling: first.offsets)
        #expect(
            try fixture.archive.committedMarks() == [
                CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 4)
            ]
        )
        #expect(try fixture.archive.process([row(3, alert(2)), row(4, alert(4))]) == ["replay", "stored alerts/0@4"])
    }

    @Test func aDecisionThatIsRefusedTellsNothing() throws {
        let fixture = try Fixture()
        let old = try fixture.archive.take(partitionsOf: rows)
        try fixture.archive.process(rows)
        #expect(throws: ArchiveError.self) {
            _ = try fixture.archive.decide(
                [row(4, alert(4))],
                under: old,
                telling: [CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 4)]
            )
        }
        #expect(try fixture.archive.committedMarks() == [])
    }

    /// What is told goes for the rows of the same decision too: a batch that is read again with it is a replay.
    @Test func whatIsToldCountsAtOnce() throws {
        let fixture = try Fixture()
        try fixture.archive.process(rows)
        let told = [CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 3)]
        #expect(
            try fixture.archive.process(rows, telling: told) == ["replay", "replay", "replay", "stored alerts/0@3"]
        )
    }

    @Test func atAnAssignmentKafkasOffsetCountsFromWhereWeBegan() throws {
        let fixture = try Fixture()
        let start = StartPosition(topic: "alerts", partition: 0, offset: 10)
        #expect(try fixture.archive.storeStartPositions([start]) == [start])
        try fixture.archive.process([row(10, alert(1)), row(11, alert(2))])
        // Committed in Kafka, and killed before it was noted.
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, next: 11)])
        #expect(
            try fixture.archive.process([row(10, alert(1)), row(11, alert(2))]) == ["replay", "stored alerts/0@11"]
        )
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, next: 12)])
        #expect(try fixture.archive.process([row(11, alert(2))]) == ["replay"])
        // What lies before the start was never read.
        #expect(try fixture.archive.process([row(3, alert(3))]) == ["annotate"])
        #expect(try fixture.archive.process([row(3, alert(3))]) == ["stored alerts/0@3"])
    }

    @Test func aLowerOffsetOfKafkaLowersNothing() throws {
        let fixture = try Fixture()
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 4)])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, next: 2)])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, next: 0)])
        #expect(try fixture.archive.committedMarks().map(\.next) == [4])
    }

    @Test func theStartThatWasStoredFirstStands() throws {
        let fixture = try Fixture()
        let first = StartPosition(topic: "alerts", partition: 0, offset: 10)
        let later = StartPosition(topic: "alerts", partition: 0, offset: 99)
        _ = try fixture.archive.storeStartPositions([first])
        #expect(try fixture.archive.storeStartPositions([later]) == [first])
        #expect(try fixture.archive.startPositions() == [first])
    }

    /// A group that began at the latest offset is sent back to the earliest: what it never read is new, what it
    /// published is not published again, and a crash on the way loses nothing.
    @Test func goingBackBehindTheStartPublishesExactlyWhatWasNeverRead() throws {
        let fixture = try Fixture()
        _ = try fixture.archive.storeStartPositions([StartPosition(topic: "alerts", partition: 0, offset: 2)])
        try fixture.archive.process([row(2, alert(2)), row(3, alert(3))])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 2, next: 4)])
        let back = try fixture.archive.decide([row(0, alert(0)), row(1, alert(1)), row(2, alert(2))])
        #expect(back.outcomes.map(\.word) == ["annotate", "annotate", "replay"])
        try fixture.archive.answer(back, [row(0, alert(0)), row(1, alert(1)), row(2, alert(2))])
        // Killed before Kafka's commit: they come again.
        #expect(
            try fixture.archive.process([row(0, alert(0)), row(1, alert(1)), row(2, alert(2))])
                == ["stored alerts/0@0", "stored alerts/0@1", "replay"]
        )
        // Kafka committed offset 1 of them.
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 1)])
        #expect(
            try fixture.archive.process((0..<4).map { row(Int64($0), alert(Int64($0))) })
                == ["replay", "stored alerts/0@1", "replay", "replay"]
        )
    }
}

@Suite struct RecreatedTopicTests {
    private func remade(_ offset: Int64, _ alert: Alert) -> IncomingRow {
        row(position(offset, timestamp: 1_750_000_000_000 + offset), alert)
    }

    @Test func messagesOfATopicMadeAnewAreNotReplays() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1)), row(1, alert(2))])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 2)])
        let rows = [remade(0, alert(1)), remade(1, alert(3))]
        let batch = try fixture.archive.decide(rows)
        #expect(batch.outcomes.map(\.word) == ["duplicate of alerts/0@0", "annotate"])
        #expect(
            batch.recreated == [
                RecreatedTopic(position: rows[0].position, formerTimestamp: position(0).timestamp)
            ]
        )
        try fixture.archive.answer(batch, rows)
        // The mark is void where new messages stand: after a crash they come again.
        #expect(try fixture.archive.process(rows) == ["duplicate of alerts/0@0", "stored alerts/0@1"])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 2)])
        #expect(try fixture.archive.process(rows) == ["replay", "replay"])
    }

    @Test func aTopicMadeAnewIsNoticedAtAnyOffset() throws {
        let fixture = try Fixture()
        // Offset 1 was a transaction marker: the ledger has no row for it.
        try fixture.archive.process([row(0, alert(1)), row(2, alert(2))])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 3)])
        #expect(try fixture.archive.process([remade(1, alert(5))]) == ["annotate"])
        #expect(try fixture.archive.process([remade(1, alert(5))]) == ["stored alerts/0@1"])
        let batch = try fixture.archive.decide([remade(2, alert(6))])
        #expect(batch.recreated.count == 1)
        #expect(batch.outcomes.map(\.word) == ["annotate"])
    }

    @Test func anOrdinaryReplayIsNoTopicMadeAnew() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        try fixture.archive.raiseCommitted([CommittedOffsets(topic: "alerts", partition: 0, first: 0, next: 1)])
        let batch = try fixture.archive.decide([row(0, alert(1)), row(1, alert(2))])
        #expect(batch.recreated == [])
    }
}
