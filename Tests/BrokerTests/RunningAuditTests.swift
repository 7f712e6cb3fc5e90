import Kafka
import Sky
import Testing

@testable import Broker

@Suite struct RunningAuditTests {
    private let partition = TopicPartition(topic: "ztf", partition: 0)
    private let other = TopicPartition(topic: "ztf", partition: 1)

    private func identity(_ number: Int64, mjd: Double = 61_000) -> AlertIdentity {
        AlertIdentity(survey: SurveyName("ztf"), alertId: number, mjd: mjd)
    }

    @Test func everyOutcomeSettlesItsPosition() {
        var audit = RunningAudit()
        audit.input(partition, offset: 0, identity: identity(1))
        audit.input(partition, offset: 1, identity: nil)
        audit.input(partition, offset: 2, identity: identity(1))
        #expect(audit.openCount == 3)
        audit.output(.annotated(identity(1)), of: partition, offset: 0)
        audit.output(.deadLetter, of: partition, offset: 1)
        #expect(audit.isClosed)
        #expect((audit.counts.annotated, audit.counts.duplicates, audit.counts.deadLetters) == (1, 1, 1))
        #expect(audit.floor(of: partition) == 3)
    }

    /// Three messages (one of them a duplicate, one unreadable) and their two outputs, in every order that keeps the
    /// order of each topic.
    @Test func theOrderInWhichTopicsAreReadDoesNotMatter() {
        let inputs: [(Int64, AlertIdentity?)] = [(0, identity(1)), (1, identity(1)), (2, nil)]
        for pattern in 0..<32 where pattern.nonzeroBitCount == 2 {
            var audit = RunningAudit()
            var left = inputs[...]
            var outputs: [(Int64, RunningAudit.Output)] = [(0, .annotated(identity(1))), (2, .deadLetter)]
            for step in 0..<5 {
                if pattern >> step & 1 == 1 {
                    let (offset, output) = outputs.removeFirst()
                    audit.output(output, of: partition, offset: offset)
                } else if let (offset, identity) = left.popFirst() {
                    audit.input(partition, offset: offset, identity: identity)
                }
            }
            #expect(audit.isClosed, "order \(pattern)")
            #expect(audit.counts.consumed == 3 && audit.counts.duplicates == 1, "order \(pattern)")
        }
    }

    @Test func aSecondOutputIsAFault() {
        var audit = RunningAudit()
        audit.input(partition, offset: 0, identity: identity(1))
        for _ in 0..<2 { audit.output(.annotated(identity(1)), of: partition, offset: 0) }
        #expect(!audit.isClosed)
        audit = RunningAudit()
        for _ in 0..<2 { audit.output(.annotated(identity(1)), of: partition, offset: 0) }
        audit.input(partition, offset: 0, identity: identity(1))
        #expect(!audit.isClosed)
    }

    @Test func anOutputForADuplicateIsAFault() {
        var audit = RunningAudit()
        audit.input(partition, offset: 0, identity: identity(1))
        audit.input(other, offset: 0, identity: identity(1))
        audit.output(.annotated(identity(1)), of: partition, offset: 0)
        #expect(audit.isClosed)
        audit.output(.annotated(identity(1)), of: other, offset: 0)
        #expect(!audit.isClosed)
    }

    @Test func whatNeverComesOutStaysOpen() {
        var audit = RunningAudit()
        for offset in 0..<3 { audit.input(partition, offset: Int64(offset), identity: identity(Int64(offset))) }
        audit.output(.annotated(identity(0)), of: partition, offset: 0)
        audit.output(.annotated(identity(2)), of: partition, offset: 2)
        #expect(!audit.isClosed && audit.open(of: partition) == [1] && audit.floor(of: partition) == 1)
        audit.settleAsDuplicate(partition, offset: 1)
        #expect(audit.isClosed)
    }

    @Test func aMessageThatWasNeverSeenIsAFault() {
        var audit = RunningAudit()
        audit.input(partition, offset: 0, identity: nil)
        audit.output(.deadLetter, of: partition, offset: 0)
        audit.input(partition, offset: 5, identity: nil)
        audit.output(.deadLetter, of: partition, offset: 5)
        #expect(audit.openCount == 0 && audit.faultCount == 1)
    }

    @Test func anotherTimeIsAnotherAlert() {
        var audit = RunningAudit()
        audit.input(partition, offset: 0, identity: identity(1))
        audit.output(.annotated(identity(1)), of: partition, offset: 0)
        audit.input(partition, offset: 1, identity: identity(1, mjd: 61_001))
        #expect(audit.openCount == 1)
    }

    @Test func memoryOfIdentitiesIsBounded() {
        var audit = RunningAudit(remembered: 2)
        for number in 0..<4 {
            audit.input(partition, offset: Int64(number), identity: identity(Int64(number)))
            audit.output(.annotated(identity(Int64(number))), of: partition, offset: Int64(number))
        }
        audit.input(partition, offset: 4, identity: identity(0))
        #expect(audit.openCount == 1)
        audit.input(partition, offset: 5, identity: identity(3))
        #expect(audit.openCount == 1 && audit.counts.duplicates == 1)
    }
}
