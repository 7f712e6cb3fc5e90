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
        #expect(snapshot.progressProblem(now: 159) == nil)
        #expect(snapshot.progressProblem(now: 160)?.contains("7 messages") == true)
    }

    @Test func aBatchOnTheWayIsWorkEvenWhereNothingLags() {
        var snapshot = Snapshot()
        snapshot.batchesInFlight = 2
        snapshot.batches = 9
        snapshot.observeWork(now: 0)
        snapshot.observeWork(now: 30)
        #expect(snapshot.progressProblem(now: 61)?.contains("2 batches") == true)
        snapshot.batches = 10
        snapshot.observeWork(now: 62)
        #expect(snapshot.progressProblem(now: 63) == nil)
        snapshot.batchesInFlight = 0
        snapshot.observeWork(now: 64)
        #expect(snapshot.progressProblem(now: 1e6) == nil)
    }

    @Test func statisticsWatchTheWorkWithEveryChange() {
        let statistics = StreamStatistics()
        statistics.update { $0.batchesInFlight = 1 }
        let later = SteadyClock.seconds + 61
        #expect(statistics.snapshot.progressProblem(now: later) != nil)
        #expect(statistics.snapshot.progressProblem == nil)
        statistics.update { $0.batchesInFlight = 0 }
        #expect(statistics.snapshot.progressProblem(now: later) == nil)
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
