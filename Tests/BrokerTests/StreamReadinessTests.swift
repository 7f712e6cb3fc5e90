import Ground
import Testing

@testable import Broker

@Suite struct StreamReadinessTests {
    private typealias Snapshot = StreamStatistics.Snapshot

    @Test func noWorkIsIdleForEver() {
        var clock = WorkClock()
        clock.observe(hasWork: false, commits: 0, now: 0)
        #expect(clock.waiting(now: 1e6) == nil)
    }

    @Test func theClockStartsWhenWorkAppears() {
        var clock = WorkClock()
        clock.observe(hasWork: true, commits: 5, now: 10)
        clock.observe(hasWork: true, commits: 6, now: 11)
        clock.observe(hasWork: false, commits: 6, now: 12)
        // An hour of idleness does not count.
        clock.observe(hasWork: true, commits: 6, now: 3_612)
        #expect(clock.waiting(now: 3_613) == 1)
    }

    @Test func aCommitStartsTheClockAnewAndWorkAloneDoesNot() {
        var clock = WorkClock()
        clock.observe(hasWork: true, commits: 0, now: 0)
        clock.observe(hasWork: true, commits: 0, now: 40)
        #expect(clock.waiting(now: 50) == 50)
        clock.observe(hasWork: true, commits: 1, now: 50)
        #expect(clock.waiting(now: 59) == 9)
        clock.observe(hasWork: false, commits: 2, now: 60)
        #expect(clock.waiting(now: 61) == nil)
    }

    @Test func aStreamThatNeverCommittedCanBeStuck() {
        var snapshot = Snapshot()
        snapshot.lag = 7
        snapshot.observeWork(now: 100)
        #expect(snapshot.progressProblem(after: .seconds(60), now: 159) == nil)
        #expect(snapshot.progressProblem(after: .seconds(60), now: 160)?.contains("7 messages") == true)
    }

    @Test func afterHowLongItIsStuckIsASetting() {
        var snapshot = Snapshot()
        snapshot.lag = 7
        snapshot.observeWork(now: 100)
        #expect(snapshot.progressProblem(after: .milliseconds(500), now: 100.4) == nil)
        #expect(snapshot.progressProblem(after: .milliseconds(500), now: 100.6) != nil)
    }

    /// Two hours ahead and then right again, as a machine is that boots before it has asked for the time.
    @Test func aTimeOfDayThatJumpsDecidesNothing() {
        var (snapshot, backoff) = (Snapshot(), Backoff())
        snapshot.lag = 1
        snapshot.observeWork(now: 100)
        _ = backoff.next(now: 101)
        (snapshot.lastCommit, snapshot.committedAt, snapshot.batches) = (7_200_000_000, 102, 1)
        snapshot.observeWork(now: 102)
        #expect(backoff.isOver(lastCommit: snapshot.committedAt, now: 105))
        #expect(snapshot.progressProblem(after: .seconds(60), now: 110) == nil)
        _ = backoff.next(now: 103)
        (snapshot.lastCommit, snapshot.committedAt, snapshot.batches) = (0, 104, 2)
        snapshot.observeWork(now: 104)
        #expect(backoff.isOver(lastCommit: snapshot.committedAt, now: 105))
        #expect(snapshot.progressProblem(after: .seconds(60), now: 165) != nil)
    }

    @Test func aBatchOnTheWayIsWorkEvenWhereNothingLags() {
        var snapshot = Snapshot()
        snapshot.batchesInFlight = 2
        snapshot.batches = 9
        snapshot.observeWork(now: 0)
        snapshot.observeWork(now: 30)
        #expect(snapshot.progressProblem(after: .seconds(60), now: 61)?.contains("2 batches") == true)
        snapshot.batches = 10
        snapshot.observeWork(now: 62)
        #expect(snapshot.progressProblem(after: .seconds(60), now: 63) == nil)
        snapshot.batchesInFlight = 0
        snapshot.observeWork(now: 64)
        #expect(snapshot.progressProblem(after: .seconds(60), now: 1e6) == nil)
    }

    @Test func statisticsWatchTheWorkWithEveryChange() {
        let statistics = StreamStatistics()
        statistics.update { $0.batchesInFlight = 1 }
        let later = SteadyClock.seconds + 61
        #expect(statistics.snapshot.progressProblem(after: .seconds(60), now: later) != nil)
        #expect(statistics.snapshot.progressProblem(after: .seconds(60)) == nil)
        statistics.update { $0.batchesInFlight = 0 }
        #expect(statistics.snapshot.progressProblem(after: .seconds(60), now: later) == nil)
    }

    @Test func aSpareWorkerIsInItsPlaceAndOneThatHasNotJoinedIsNot() {
        var snapshot = Snapshot()
        snapshot.isMigrating = true
        #expect(snapshot.role == .migrating && snapshot.assignmentProblem?.contains("layout") == true)
        snapshot.isMigrating = false
        #expect(snapshot.role == .joining && snapshot.assignmentProblem != nil)
        snapshot.isMember = true
        #expect(snapshot.role == .waitingForInput && snapshot.assignmentProblem?.contains("input") == true)
        snapshot.hasInput = true
        #expect(snapshot.role == .spare && snapshot.assignmentProblem == nil)
        snapshot.assignedPartitions = 3
        #expect(snapshot.role == .reading && snapshot.assignmentProblem == nil)
    }
}
