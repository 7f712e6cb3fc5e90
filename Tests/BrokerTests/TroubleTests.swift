import Archive
import Avro
import Kafka
import Postgres
import Sky
import Survey
import Testing

@testable import Broker

@Suite struct TroubleTests {
    private func kafka(_ code: KafkaError.Code) -> KafkaError { KafkaError(code, during: "test") }

    @Test func whatMendsItselfPasses() {
        #expect(Trouble.passes(kafka(.timedOut)))
        #expect(Trouble.passes(kafka(.allBrokersDown)))
        #expect(Trouble.passes(PacketError(.schema, .registryUnreachable, "no answer")))
        #expect(Trouble.passes(Trouble.noDatabase))
        #expect(Trouble.passes(ArchiveError.formerSession(holder: "a server process that was stopped")))
    }

    /// A backup that holds a lock, an autovacuum or a disk that slows a statement down, an administrator who cancels one.
    @Test(arguments: ["55P03", "57014", "25P03", "53100"])
    func whatHoldsTheDatabaseUpPasses(sqlState: String) {
        #expect(Trouble.passes(PostgresError(kind: .server, sqlState: sqlState, message: "")))
        #expect(Trouble.passes(PostgresError(kind: .timeout, message: "no answer within 90 s")))
    }

    @Test func whatNeedsAnOperatorEndsTheStream() {
        #expect(!Trouble.passes(kafka(.fenced)))
        #expect(!Trouble.passes(kafka(.topicForbidden)))
        #expect(!Trouble.passes(kafka(.messageTooLarge)))
        #expect(!Trouble.passes(StreamError.noInput))
        #expect(!Trouble.passes(ArchiveError.workerTaken(group: "g", worker: "1", holder: "another")))
        #expect(!Trouble.passes(PostgresError(kind: .server, sqlState: "42P01", message: "")))
        #expect(!Trouble.passes(PacketError(.decode, .truncated, "ends early")))
        #expect(Trouble.final(kafka(.producerFenced), worker: "1") is StreamError)
    }

    @Test func theNameIsKeptWhereTheServerAnswers() {
        for state in ["57014", "55P03", "40P01"] {
            #expect(!Trouble.isOfDatabase(PostgresError(kind: .server, sqlState: state, message: "")))
        }
        for state in ["57P01", "25006"] {
            #expect(Trouble.isOfDatabase(PostgresError(kind: .server, sqlState: state, message: "")))
        }
        for kind in [PostgresError.Kind.connectionLost, .cannotConnect, .timeout] {
            #expect(Trouble.isOfDatabase(PostgresError(kind: kind, message: "")))
        }
        #expect(!Trouble.isOfDatabase(Trouble.noDatabase))
    }

    @Test func aFencedConsumerMayBeItsOwnGhostButNotForEver() {
        var backoff = Backoff()
        #expect(!backoff.mayBeOwnGhost(kafka(.producerFenced)))
        for time in 0..<5 {
            #expect(backoff.mayBeOwnGhost(kafka(.fencedInstance)))
            _ = backoff.next(now: Double(time))
        }
        #expect(!backoff.mayBeOwnGhost(kafka(.fencedInstance)))
    }

    @Test func waitsGrowWithinBoundsAndStartOverAfterACommit() {
        var backoff = Backoff()
        let waits = (0..<12).map { backoff.next(now: Double($0)) }
        #expect(waits.first == 0.2)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(waits.last == 10)
        #expect(backoff.since == 11 && backoff.isWaiting)
        backoff.reset()
        #expect(!backoff.isWaiting && backoff.next(now: 0) == 0.2)
    }

    @Test func onlyACommitAfterTheFailureEndsTheTrouble() {
        var backoff = Backoff()
        #expect(!backoff.isOver(lastCommit: 5, now: 6))
        _ = backoff.next(now: 10)
        #expect(!backoff.isOver(lastCommit: nil, now: 100) && !backoff.isOver(lastCommit: 10, now: 100))
        #expect(backoff.isOver(lastCommit: 10.1, now: 10.1))
    }

    /// Alerts come by night only: nobody waits for the evening to be told that a database is back.
    @Test func aWhileWithoutWorkAndWithoutFailureEndsTheTrouble() {
        var backoff = Backoff()
        _ = backoff.next(now: 10)
        #expect(!backoff.isOver(lastCommit: 2, idleSince: 11, now: 15))
        #expect(backoff.isOver(lastCommit: 2, idleSince: 11, now: 16))
        #expect(!backoff.isOver(lastCommit: 2, idleSince: 9, now: 100))
    }
}
