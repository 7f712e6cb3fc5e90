import Kafka
import Sky
import Testing

@testable import Broker

@Suite struct RunningAuditTests {
    private let partition = TopicPartition(topic: "ztf", partition: 0)

    /// An audit of three messages: an alert, the same again, one that nobody can read.
    private func audit(
        outputs: [(Int64, MessageOutcome)] = [(0, .annotated), (2, .deadLetter)],
        ledger: [(Int64, MessageOutcome)] = [(0, .annotated), (1, .duplicate), (2, .deadLetter)],
        sent: Int64 = 3,
        committed: Int64 = 3
    ) -> RunningAudit {
        var audit = RunningAudit()
        for (offset, outcome) in outputs { audit.output(outcome, of: partition, offset: offset) }
        for (offset, outcome) in ledger { audit.ledger(outcome, of: partition, offset: offset) }
        audit.close(partition, sent: sent, committed: committed)
        return audit
    }

    @Test func everyOutcomeSettlesItsPosition() {
        let audit = audit()
        #expect(audit.isClosed && audit.faults.isEmpty)
        #expect(audit.counts == OutcomeCounts(annotated: 1, duplicates: 1, deadLetters: 1))
        #expect(audit.seen == OutcomeCounts(annotated: 1, deadLetters: 1))
    }

    @Test func theOrderOfTheOutputsDoesNotMatter() {
        #expect(audit(outputs: [(2, .deadLetter), (0, .annotated)]).isClosed)
    }

    @Test func partitionsAreApart() {
        var audit = audit()
        let other = TopicPartition(topic: "ztf", partition: 1)
        audit.output(.annotated, of: other, offset: 0)
        audit.ledger(.annotated, of: other, offset: 0)
        audit.close(other, sent: 1, committed: 1)
        #expect(audit.isClosed && audit.counts.annotated == 2)
    }

    @Test func anAlertThatDidNotGoOutIsAFault() {
        let audit = audit(outputs: [(2, .deadLetter)])
        #expect(!audit.isClosed)
        #expect(audit.faults == ["ztf/0@0: the ledger says annotated, what went out is nothing"])
    }

    @Test func aDuplicateThatWentOutIsAFault() {
        let audit = audit(outputs: [(0, .annotated), (1, .annotated), (2, .deadLetter)])
        #expect(audit.faults == ["ztf/0@1: the ledger says duplicate, what went out is annotated"])
    }

    @Test func anAlertThatWentOutAsADeadLetterIsAFault() {
        #expect(!audit(outputs: [(0, .deadLetter), (2, .deadLetter)]).isClosed)
    }

    @Test func whatGoesOutTwiceIsAFault() {
        let audit = audit(outputs: [(0, .annotated), (0, .annotated), (2, .deadLetter)])
        #expect(audit.faults == ["ztf/0@0 went out more than once"])
    }

    @Test func positionsThatTheLedgerDoesNotKnowAreOpen() {
        let middle = audit(ledger: [(0, .annotated), (2, .deadLetter)])
        #expect(middle.openCount == 1 && middle.faultCount == 1)
        #expect(middle.faults == ["ztf/0: the ledger does not know the positions 1 to 1"])
        let end = audit(sent: 5, committed: 5)
        #expect(end.openCount == 2)
        #expect(end.faults == ["ztf/0: the ledger does not know the positions 3 to 4"])
    }

    @Test func sentCommittedAndGoneOutMustEndAtOnePlace() {
        #expect(audit(committed: 2).faults == ["ztf/0: 3 messages were sent, 2 are committed"])
        let beyond = audit(outputs: [(0, .annotated), (2, .deadLetter), (7, .annotated)])
        #expect(beyond.faults == ["ztf/0: 3 messages were sent, but one for 7 went out"])
        #expect(!audit(sent: 2, committed: 2).isClosed)
    }

    @Test(arguments: [Int64(-1), 1 << 40])
    func anOffsetBeyondAllMeasureIsAFaultAndTakesNoMemory(offset: Int64) {
        var audit = RunningAudit()
        audit.output(.annotated, of: partition, offset: offset)
        #expect(audit.faults == ["ztf/0@\(offset) is no position"])
    }

    @Test func faultsAreListedUpToABoundAndCountedBeyond() {
        var audit = RunningAudit()
        for number in 0..<150 { audit.note("\(number)") }
        #expect(audit.faults.count == 100 && audit.faultCount == 150)
    }
}
