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

    private func end(_ holder: PostgresConnection, _ ending: Ending) throws {
        switch ending {
        case .commit: try holder.execute("COMMIT")
        case .rollback: try holder.execute("ROLLBACK")
        case .death: holder.close()
        }
    }

    /// Another's decision as far as a statement, in an open transaction.
    private func holder(_ fixture: Fixture, _ statement: String) throws -> PostgresConnection {
        let holder = try fixture.connection()
        try holder.execute("BEGIN; \(statement)")
        return holder
    }

    /// All that decisions write, as text.
    private func everything(_ fixture: Fixture) throws -> [String] {
        let connection = try fixture.connection()
        return try ["partitions", "ledger", "owner", "objects", "detections", "annotations"].map { table in
            try connection.query("SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') FROM \(table) t")[0, 0]
                .string
        }
    }

    @Test func aWorkerWhosePartitionWasTakenIsRefusedAndWritesNothing() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), unreadable(1), row(2, alert(3))]
        let old = try fixture.archive.take(partitionsOf: rows)
        let successor = try fixture.another()
        let new = try successor.take([InputPartition(topic: "alerts", number: 0)], holder: "trifid group/2")
        #expect(new.values.first == 2)
        let before = try everything(fixture)
        do {
            _ = try fixture.archive.decide(rows, under: old)
            Issue.record("decided under an old epoch")
        } catch ArchiveError.dispossessed(let partition, let holder) {
            #expect(partition == "alerts/0" && holder == "trifid group/2")
        }
        #expect(try everything(fixture) == before)
        #expect(
            try successor.decide(rows, under: new).outcomes.map(\.word) == [
                "annotate", "dead letter frame", "annotate",
            ]
        )
    }

    @Test func oneTakenPartitionOfABatchRefusesAllOfIt() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(0, alert(2), partition: 1)]
        let epochs = try fixture.archive.take(partitionsOf: rows)
        _ = try fixture.another().take([InputPartition(topic: "alerts", number: 1)], holder: "other")
        let before = try everything(fixture)
        #expect(throws: ArchiveError.dispossessed(partition: "alerts/1", holder: "other")) {
            _ = try fixture.archive.decide(rows, under: epochs)
        }
        #expect(throws: ArchiveError.dispossessed(partition: "alerts/7", holder: "")) {
            _ = try fixture.archive.decide([row(0, alert(3), partition: 7)], under: epochs)
        }
        #expect(try everything(fixture) == before)
    }

    /// The epoch that counts is the one after the wait, not the one that a zombie's snapshot shows.
    @Test(arguments: Ending.allCases)
    func aDecisionThatWaitsForItsSuccessorIsRefusedWhereThatCommits(ending: Ending) throws {
        let fixture = try Fixture()
        // The month's partitions are there: making them would wait too.
        try fixture.archive.process([row(9, alert(9), partition: 1)])
        let rows = [row(0, alert(1))]
        let epochs = try fixture.archive.take(partitionsOf: rows)
        let raising = try holder(
            fixture,
            "UPDATE partitions SET epoch = epoch + 1, holder = 'b' WHERE partition_id = 0"
        )
        let answer = second(fixture) { try $0.decide(rows, under: epochs).outcomes.map(\.word) }
        try awaitBlocked(fixture, answer)
        try end(raising, ending)
        let refused = ArchiveError.dispossessed(partition: "alerts/0", holder: "b").description
        #expect(answer.wait() == [ending == .commit ? refused : "annotate"])
    }

    /// A decision under way when the partition is taken is waited for; what it decided stands, and is owed.
    @Test(arguments: Ending.allCases)
    func whoTakesAPartitionWaitsForTheDecisionUnderWay(ending: Ending) throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let rows = [row(1, alert(2, mjd: someTime + 1))]
        let epochs = try fixture.archive.take(partitionsOf: rows)
        let blocking = try holder(fixture, "SELECT FROM objects FOR UPDATE")
        let zombie = second(fixture) { try $0.decide(rows, under: epochs).outcomes.map(\.word) }
        try awaitBlocked(fixture, zombie)
        let successor = second(fixture) { archive in
            let epochs = try archive.take(partitionsOf: rows)
            return try archive.decide(rows, under: epochs).outcomes.map {
                "\($0.word) \($0.joined?.lightCurve.points.count ?? 0)"
            }
        }
        try awaitBlocked(fixture, successor)
        try end(blocking, ending)
        #expect(zombie.wait() == ["annotate"])
        #expect(successor.wait() == ["annotate 2"])
        #expect(try fixture.count("detections") == 2)
    }

    @Test(arguments: Ending.allCases)
    func whoComesSecondToAnAlertInAnotherPartitionIsItsDuplicate(ending: Ending) throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(5, alert(5))])
        let first = try holder(
            fixture,
            """
            INSERT INTO owner (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time)
            SELECT survey_id, 1, mjd, topic_id, 0, 0, message_time FROM owner
            """
        )
        let answer = second(fixture) { try $0.process([row(0, alert(1), partition: 1)]) }
        try awaitBlocked(fixture, answer)
        try end(first, ending)
        #expect(answer.wait() == [ending == .commit ? "duplicate of alerts/0@0" : "annotate"])
    }

    @Test(arguments: Ending.allCases)
    func whoComesSecondToAnObjectSeesThePointsOfTheFirst(ending: Ending) throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1))])
        let first = try holder(
            fixture,
            """
            UPDATE objects SET row_count = 2;
            INSERT INTO detections (object_id, row_number, first_point, alert_id, alert_mjd, kinds, bands, ids, mjds,
                                    fluxes, flux_errs, total_fluxes, total_flux_errs, repeated)
            SELECT object_id, 1, 1, 2, alert_mjd + 1, kinds, bands, '{2}', ARRAY[alert_mjd + 1], fluxes, flux_errs,
                   total_fluxes, total_flux_errs, '{}'
            FROM detections;
            UPDATE detections SET program_ids = '{}'
            """
        )
        let answer = second(fixture) { archive in
            let batch = try archive.decide([row(0, alert(3, mjd: someTime + 2), partition: 1)])
            return ["\(batch.outcomes[0].joined?.lightCurve.points.count ?? 0)"]
        }
        try awaitBlocked(fixture, answer)
        try end(first, ending)
        #expect(answer.wait() == [ending == .commit ? "3" : "2"])
        #expect(try fixture.count("detections", "row_number = 2") == (ending == .commit ? 1 : 0))
    }

    /// Three workers take overlapping batches in any order, over few alerts and objects, take each other's partitions away, and
    /// leave answers owed. Nobody deadlocks, every alert is annotated exactly once, and every position has one outcome.
    @Test func manyWorkersOverFewObjectsNeitherDeadlockNorDisagree() throws {
        let fixture = try Fixture()
        @Sendable func rows(_ worker: Int, _ round: Int, _ random: inout Generator) -> [IncomingRow] {
            (0..<12).map { number in
                let offset = Int64(round * 4 + number)
                // Every message says the same whoever reads it.
                let id = (offset * (worker == 0 ? 11 : 7)) % 120
                return row(
                    offset,
                    alert(id, mjd: someTime + Double(id) / 10, object: "object \(id % 5)"),
                    partition: worker == 0 ? 0 : 1
                )
            }.shuffled(using: &random)
        }
        let answers = (0..<3).map { worker in
            second(fixture) { archive in
                var random = Generator(state: UInt64(worker + 1) &* 0x9E37_79B9_7F4A_7C15)
                var failures: [String] = []
                for round in 0..<40 {
                    let rows = rows(worker, round, &random)
                    do {
                        // Two workers share a partition: zombie and successor.
                        let batch = try archive.decide(rows)
                        if Int.random(in: 0..<3, using: &random) > 0 { try archive.answer(batch, rows) }
                        if Bool.random(using: &random) { try archive.raiseCommitted([]) }
                    } catch ArchiveError.dispossessed {
                        continue
                    } catch {
                        failures.append("\(error)")
                    }
                }
                return failures
            }
        }
        for answer in answers { #expect(answer.wait() == []) }
        var random = Generator(state: 1)
        for round in 0..<40 { for worker in 0..<2 { try fixture.archive.process(rows(worker, round, &random)) } }
        let connection = try fixture.connection()
        let annotated = try connection.query("SELECT count(*), count(DISTINCT alert_id) FROM annotations")
        #expect(try annotated[0, 0].int64 == annotated[0, 1].int64)
        #expect(try fixture.count("ledger", "outcome = 1") == Int(try annotated[0, 0].int64))
        #expect(try fixture.count("owner") == Int(try annotated[0, 0].int64))
        let odd = try connection.query(
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
        #expect(try odd[0, 0].int64 == 0)
        #expect(try fixture.count("detections") == Int(try annotated[0, 0].int64))
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
