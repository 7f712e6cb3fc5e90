import Foundation
import Postgres
import Sky
import Synchronization
import Testing

@testable import Archive

/// Two workers on two sessions, the second on a thread of its own: it has to wait until the first has decided.
@Suite(.serialized) struct ConcurrencyTests {
    /// What the second worker got, once it is there.
    private final class Answer: Sendable {
        private let words = Mutex<[String]?>(nil)
        private let isDone = DispatchSemaphore(value: 0)

        func put(_ answer: [String]) {
            words.withLock { $0 = answer }
            isDone.signal()
        }

        func wait() -> [String] {
            isDone.wait()
            return words.withLock { $0 } ?? []
        }

        var isThere: Bool { words.withLock { $0 != nil } }
    }

    /// Runs `body` with a second archive on a thread.
    private func second(
        _ fixture: Fixture,
        _ body: @Sendable @escaping (Archive) throws -> [String]
    ) -> Answer {
        let answer = Answer()
        let url = fixture.url
        Thread.detachNewThread {
            do {
                answer.put(try body(Archive(url: url, applicationName: "second")))
            } catch {
                answer.put(["\(error)"])
            }
        }
        return answer
    }

    /// Waits until another session waits for a lock.
    private func awaitBlocked(_ fixture: Fixture, _ answer: Answer) throws {
        let watcher = try fixture.connection()
        for _ in 0..<6000 where !answer.isThere {
            let blocked = try watcher.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    + "AND application_name = 'second' AND wait_event_type = 'Lock'"
            )
            if try blocked[0, 0].int64 > 0 { return }
            usleep(10_000)
        }
        Issue.record("the second worker did not wait: \(answer.isThere ? answer.wait() : [])")
    }

    enum Ending: CaseIterable { case commit, rollback, death }

    private func end(_ batch: OpenBatch, _ rows: [IncomingRow], _ ending: Ending) throws {
        switch ending {
        case .commit:
            try batch.storeAll(rows)
            try batch.commit()
        case .rollback: batch.rollback()
        case .death: batch.archive.close()
        }
    }

    @Test(arguments: Ending.allCases)
    func aSuccessorWaitsForTheZombieAtItsPositions(ending: Ending) throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), unreadable(1), row(2, alert(1))]
        let zombie = try fixture.archive.open(rows)
        let answer = second(fixture) { try $0.process(rows) }
        try awaitBlocked(fixture, answer)
        try end(zombie, rows, ending)
        let first = ending == .commit ? "stored alerts/0@0" : "annotate"
        #expect(answer.wait() == [first, "dead letter frame", "duplicate of alerts/0@0"])
        #expect(try fixture.count("annotations") == 1)
    }

    @Test(arguments: Ending.allCases)
    func whoComesSecondToAnAlertInAnotherPartitionIsItsDuplicate(ending: Ending) throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1))]
        let first = try fixture.archive.open(rows)
        let answer = second(fixture) { try $0.process([row(0, alert(1), partition: 1)]) }
        try awaitBlocked(fixture, answer)
        try end(first, rows, ending)
        #expect(answer.wait() == [ending == .commit ? "duplicate of alerts/0@0" : "annotate"])
    }

    @Test(arguments: Ending.allCases)
    func whoComesSecondToAnObjectSeesThePointsOfTheFirst(ending: Ending) throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let rows = [row(1, alert(2, mjd: someTime + 1))]
        let first = try fixture.archive.open(rows)
        let answer = second(fixture) { archive in
            let rows = [row(0, alert(3, mjd: someTime + 2), partition: 1)]
            let batch = try archive.open(rows)
            try batch.storeAll(rows)
            try batch.commit()
            return ["\(batch.outcomes[0].joined?.lightCurve.points.count ?? 0)"]
        }
        try awaitBlocked(fixture, answer)
        try end(first, rows, ending)
        #expect(answer.wait() == [ending == .commit ? "3" : "2"])
    }

    /// Two versions of the program: what the first could not read, the second can. The first outcome stands, and the
    /// id stays free.
    @Test func whereZombieAndSuccessorReadAMessageDifferentlyTheFirstOutcomeStands() throws {
        let fixture = try Fixture()
        // The month's partitions are there: making them would wait too.
        try fixture.archive.process([row(9, alert(9))])
        let zombie = try fixture.archive.open([unreadable(0)])
        let answer = second(fixture) { try $0.process([row(0, alert(1))]) }
        try awaitBlocked(fixture, answer)
        try zombie.commit()
        #expect(answer.wait() == ["dead letter frame"])
        #expect(try fixture.count("owner", "alert_id = 1") == 0)
    }

    @Test func anIdThatIsGivenBackGoesToTheOneWhoWaits() throws {
        let fixture = try Fixture()
        let first = try fixture.archive.open([row(0, alert(1))])
        let answer = second(fixture) { try $0.process([row(0, alert(1), partition: 1)]) }
        try awaitBlocked(fixture, answer)
        first.rollback()
        #expect(answer.wait() == ["annotate"])
    }

    @Test func aZombieThatWokeUpAfterItsSuccessorChangesNothing() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(1, alert(2))]
        let successor = try fixture.another()
        #expect(try successor.process(rows) == ["annotate", "annotate"])
        let before = try fixture.archive.annotations(survey: SurveyName("ztf"), alertId: 1)
        #expect(try fixture.archive.process(rows) == ["stored alerts/0@0", "stored alerts/0@1"])
        #expect(try fixture.archive.annotations(survey: SurveyName("ztf"), alertId: 1) == before)
    }

    /// Three workers take overlapping batches in any order, over few alerts and objects, and often fail. Nobody
    /// deadlocks, every alert is annotated exactly once, and every position has one outcome.
    @Test func manyWorkersOverFewObjectsNeitherDeadlockNorDisagree() throws {
        let fixture = try Fixture()
        let answers = (0..<3).map { worker in
            second(fixture) { archive in
                var random = Generator(state: UInt64(worker + 1) &* 0x9E37_79B9_7F4A_7C15)
                var failures: [String] = []
                for round in 0..<40 {
                    // Two workers share a partition: zombie and successor.
                    let rows = (0..<12).map { number in
                        let offset = Int64(round * 4 + number)
                        let id = Int64.random(in: 0..<120, using: &random)
                        let fixed = worker == 0 ? id : (offset * 7) % 120
                        return row(
                            offset,
                            alert(fixed, mjd: someTime + Double(fixed) / 10, object: "object \(fixed % 5)"),
                            partition: worker == 0 ? 0 : 1
                        )
                    }.shuffled(using: &random)
                    do {
                        let batch = try archive.open(rows)
                        try batch.storeAll(rows)
                        if Int.random(in: 0..<3, using: &random) == 0 {
                            batch.rollback()
                        } else {
                            try batch.commit(raising: Bool.random(using: &random) ? batch.offsets : [])
                        }
                    } catch {
                        failures.append("\(error)")
                    }
                }
                return failures
            }
        }
        for answer in answers { #expect(answer.wait() == []) }
        let connection = try fixture.connection()
        let annotated = try connection.query("SELECT count(*), count(DISTINCT alert_id) FROM annotations")
        #expect(try annotated[0, 0].int64 == annotated[0, 1].int64)
        #expect(try fixture.count("ledger", "outcome = 1") == Int(try annotated[0, 0].int64))
        #expect(try fixture.count("owner") == Int(try annotated[0, 0].int64))
        let rows = try connection.query(
            """
            SELECT count(*) FROM (
                SELECT row_number, row_number() OVER (PARTITION BY object_id ORDER BY row_number) - 1 AS expected,
                       first_point,
                       coalesce(sum(cardinality(ids)) OVER (PARTITION BY object_id ORDER BY row_number
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS points
                FROM detections) AS d
            WHERE row_number <> expected OR first_point <> points
            """
        )
        #expect(try rows[0, 0].int64 == 0)
    }

    @Test func aSecondWorkerOfTheSameNameIsToldWhoHoldsIt() throws {
        let fixture = try Fixture()
        let holder = try Archive(url: fixture.url, applicationName: "trifid group/1 on host-a")
        try holder.claim(group: "group", worker: "1", wait: .zero)
        try fixture.archive.claim(group: "group", worker: "2", wait: .zero)
        try fixture.archive.claim(group: "another", worker: "1", wait: .zero)
        let late = try fixture.another()
        do {
            try late.claim(group: "group", worker: "1", wait: .milliseconds(50))
            Issue.record("the name was taken twice")
        } catch ArchiveError.workerTaken(_, let worker, let description) {
            #expect(worker == "1")
            #expect(description.contains("trifid group/1 on host-a"))
            #expect(description.contains("\(holder.connection.backendProcess)"))
        }
        holder.close()
        try late.claim(group: "group", worker: "1", wait: .seconds(30))
    }

    @Test func aWaitingWorkerTakesOverWhenTheHolderEnds() throws {
        let fixture = try Fixture()
        try fixture.archive.claim(group: "group", worker: "1", wait: .zero)
        let answer = second(fixture) { archive in
            try archive.claim(group: "group", worker: "1", wait: .seconds(60))
            return ["claimed"]
        }
        try awaitBlocked(fixture, answer)
        fixture.archive.close()
        #expect(answer.wait() == ["claimed"])
    }
}
