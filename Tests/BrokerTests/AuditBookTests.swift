import Kafka
import Sky
import Testing

@testable import Broker

@Suite struct AuditBookTests {
    private let partition = TopicPartition(topic: "in", partition: 0)
    private let survey = SurveyName("ztf")

    private func book(
        committed: Int64 = 3,
        since: Int64? = nil,
        held: Range<Int64> = 0..<10,
        started: Int64? = 0
    ) -> AuditBook {
        var book = AuditBook()
        book.cover(
            partition,
            held: held,
            started: started,
            committed: committed,
            committedSince: since ?? committed
        )
        return book
    }

    private func identity(_ id: Int64) -> AlertIdentity { AlertIdentity(survey: survey, alertId: id, mjd: 60_000) }

    /// An annotated alert at 0, a dead letter at 1, a duplicate of 0 at 2.
    private func closedBook() -> AuditBook {
        var book = book()
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: false)
        book.deadLetter(partition, offset: 1)
        book.input(partition, offset: 0, identity: identity(7))
        book.input(partition, offset: 1, identity: nil)
        book.input(partition, offset: 2, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        book.ledger(partition, offset: 1, outcome: .deadLetter, outputExpired: false)
        book.ledger(partition, offset: 2, outcome: .duplicate, outputExpired: false)
        return book
    }

    @Test func everyOutcomeOnceCloses() {
        let report = closedBook().report()
        #expect(report.isClosed)
        #expect(report.consumed == 3 && report.outcomes == OutcomeCounts(annotated: 1, duplicates: 1, deadLetters: 1))
        #expect(report.unproved == 0)
    }

    @Test func whatIsNotPublicCountsApart() {
        var book = book()
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: false, isRestricted: true)
        book.deadLetter(partition, offset: 1, isRestricted: true)
        book.deadLetter(partition, offset: 2)
        for offset in 0..<3 { book.input(partition, offset: Int64(offset), identity: nil) }
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        book.ledger(partition, offset: 1, outcome: .deadLetter, outputExpired: false)
        book.ledger(partition, offset: 2, outcome: .deadLetter, outputExpired: false)
        let report = book.report()
        #expect(report.isClosed)
        #expect(report.consumed == 3 && report.outcomes == OutcomeCounts(deadLetters: 1, restricted: 2))
    }

    @Test func aSecondOutputIsExtra() {
        var book = closedBook()
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: false)
        #expect(book.report().extra.map(\.offset) == [0])
        #expect(!book.report().isClosed)
    }

    @Test func whatIsNotPublicAndWentOutToEverybodyIsExtra() {
        for (isPublic, isRestricted) in [(false, true), (true, true), (true, false), (false, false)] {
            var book = book(committed: 1)
            book.annotated(
                partition,
                offset: 0,
                identity: identity(7),
                isConflicting: false,
                isRestricted: isRestricted,
                isPublic: isPublic
            )
            book.input(partition, offset: 0, identity: identity(7))
            book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
            let isExposed = !isPublic && !isRestricted
            #expect(book.report().isClosed == !isExposed)
            #expect(book.report().extra.map(\.offset) == (isExposed ? [0] : []))
        }
    }

    @Test func aDeadLetterBesideAnAnnotatedAlertIsExtra() {
        var book = closedBook()
        book.deadLetter(partition, offset: 0)
        #expect(!book.report().isClosed)
    }

    @Test func anOutputThatIsNotThereIsMissing() {
        var book = book(committed: 1)
        book.input(partition, offset: 0, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        #expect(book.report().missing.map(\.offset) == [0])
        #expect(!book.report().isClosed)
    }

    @Test func aPositionThatTheLedgerDoesNotKnowIsMissing() {
        var book = book(committed: 1)
        book.input(partition, offset: 0, identity: identity(7))
        #expect(book.report().missing.map(\.offset) == [0])
    }

    @Test func theLedgerMustAgreeWithTheTopics() {
        var book = book(committed: 1)
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: true)
        book.input(partition, offset: 0, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .duplicate, outputExpired: false)
        let report = book.report()
        #expect(!report.isClosed)
        #expect(report.conflicting == 1)
    }

    @Test func aDuplicateWithoutAnotherOutputIsUnproved() {
        var book = book(committed: 1)
        book.input(partition, offset: 0, identity: identity(9))
        book.ledger(partition, offset: 0, outcome: .duplicate, outputExpired: false)
        let report = book.report()
        #expect(report.isClosed)
        #expect(report.unproved == 1)
    }

    @Test func whatRetentionHasDeletedCountsApart() {
        var book = book(committed: 5, held: 4..<10, started: 1)
        book.input(partition, offset: 4, identity: identity(1))
        book.ledger(partition, offset: 4, outcome: .annotated, outputExpired: true)
        let report = book.report()
        #expect(report.isClosed)
        #expect(report.consumed == 0)
        #expect(report.beyondRetention == 4)
    }

    @Test func transactionMarkersAreNoPositions() {
        var book = book(committed: 2)
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: false)
        book.input(partition, offset: 0, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        #expect(book.report().isClosed)
        #expect(book.report().consumed == 1)
    }

    @Test func anOutputWithoutItsInputIsExtra() {
        var book = book(committed: 2)
        book.annotated(partition, offset: 1, identity: identity(7), isConflicting: false)
        book.annotated(partition, offset: 5, identity: identity(8), isConflicting: false)
        book.annotated(
            TopicPartition(topic: "other", partition: 0),
            offset: 0,
            identity: identity(9),
            isConflicting: false
        )
        #expect(book.report().extra.count == 3)
    }

    @Test func whatARunningStreamPublishesMeanwhileIsLeftOut() {
        var book = book(committed: 1, since: 3)
        book.input(partition, offset: 0, identity: identity(7))
        book.annotated(partition, offset: 0, identity: identity(7), isConflicting: false)
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        book.annotated(partition, offset: 1, identity: identity(8), isConflicting: false)
        book.deadLetter(partition, offset: 2)
        #expect(book.report().isClosed)
        #expect(book.report().consumed == 1 && book.report().outcomes == OutcomeCounts(annotated: 1))
        book.deadLetter(partition, offset: 3)
        #expect(book.report().extra.map(\.offset) == [3])
        #expect(!book.report().isClosed)
    }

    @Test func aPartitionThatAGroupTakesUpMeanwhileIsNoStranger() {
        var book = book(committed: 0, since: 2)
        book.annotated(partition, offset: 1, identity: identity(7), isConflicting: false)
        #expect(book.report().isClosed)
        book.annotated(partition, offset: 2, identity: identity(8), isConflicting: false)
        #expect(!book.report().isClosed)
    }

    @Test func aDuplicateIsProvedByAnAlertThatComesAfterIt() {
        // The dead letter's identity is read from the input, behind its duplicate in another partition.
        let other = TopicPartition(topic: "in", partition: 1)
        var book = book(committed: 1)
        book.cover(other, held: 0..<1, started: 0, committed: 1, committedSince: 1)
        book.deadLetter(other, offset: 0)
        book.input(partition, offset: 0, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .duplicate, outputExpired: false)
        book.ledger(other, offset: 0, outcome: .deadLetter, outputExpired: false)
        #expect(book.report().unproved == 1)
        book.input(other, offset: 0, identity: identity(7))
        #expect(book.report().unproved == 0)
        #expect(book.report().isClosed)
    }

    @Test func aDuplicateThatCannotBeReadIsUnproved() {
        var book = book(committed: 1)
        book.input(partition, offset: 0, identity: nil)
        book.ledger(partition, offset: 0, outcome: .duplicate, outputExpired: false)
        #expect(book.report().unproved == 1)
    }

    @Test func anotherSurveysAlertOfTheSameIdProvesNothing() {
        var book = book(committed: 2)
        let lsst = AlertIdentity(survey: SurveyName("lsst"), alertId: 7, mjd: 60_000)
        book.annotated(partition, offset: 0, identity: lsst, isConflicting: false)
        book.input(partition, offset: 0, identity: lsst)
        book.input(partition, offset: 1, identity: identity(7))
        book.ledger(partition, offset: 0, outcome: .annotated, outputExpired: false)
        book.ledger(partition, offset: 1, outcome: .duplicate, outputExpired: false)
        #expect(book.report().unproved == 1)
    }

    @Test func theSetOfAlertsKeepsEachOnce() {
        var alerts = AlertIdentitySet()
        for id in [Int64(1), 2, 1, .min, .max] { alerts.insert(identity(id)) }
        alerts.insert(AlertIdentity(survey: SurveyName("lsst"), alertId: 1, mjd: 60_000))
        #expect(alerts.count == 5)
        for (id, isIn) in [(Int64(2), true), (.min, true), (3, false)] {
            let member = alerts.member(identity(id))
            #expect(alerts.contains(member) == isIn)
        }
        let stranger = alerts.member(AlertIdentity(survey: SurveyName("elasticc"), alertId: 1, mjd: 60_000))
        #expect(!alerts.contains(stranger))
    }
}
