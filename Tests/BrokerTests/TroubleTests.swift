import Avro
import Kafka
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
    }

    @Test func whatNeedsAnOperatorEndsTheStream() {
        #expect(!Trouble.passes(kafka(.fenced)))
        #expect(!Trouble.passes(kafka(.topicForbidden)))
        #expect(!Trouble.passes(kafka(.messageTooLarge)))
        #expect(!Trouble.passes(StreamError.noInput))
        #expect(!Trouble.passes(PacketError(.decode, .truncated, "ends early")))
        #expect(Trouble.final(kafka(.producerFenced), worker: "1") is StreamError)
    }

    @Test func aFencedConsumerMayBeItsOwnGhostButNotForEver() {
        var backoff = Backoff()
        #expect(!backoff.mayBeOwnGhost(kafka(.producerFenced)))
        for time in 0..<5 {
            #expect(backoff.mayBeOwnGhost(kafka(.fencedInstance)))
            _ = backoff.next(now: Int64(time))
        }
        #expect(!backoff.mayBeOwnGhost(kafka(.fencedInstance)))
    }

    @Test func waitsGrowWithinBoundsAndStartOverAfterACommit() {
        var backoff = Backoff()
        let waits = (0..<12).map { backoff.next(now: Int64($0)) }
        #expect(waits.first == 0.2)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(waits.last == 10)
        #expect(backoff.since == 11 && backoff.isWaiting)
        backoff.reset()
        #expect(!backoff.isWaiting && backoff.next(now: 0) == 0.2)
    }
}
