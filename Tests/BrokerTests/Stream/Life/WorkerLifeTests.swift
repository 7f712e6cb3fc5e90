import Kafka
import Testing

@testable import Broker

/// The transitions one by one. `WorkerLifeTests.Search` has all of them in every order.
@Suite struct WorkerLifeTests {
    typealias Part = WorkerLife.Part
    typealias Failure = WorkerLife.Failure

    private let both: Set = [LifeStory.first, LifeStory.second]

    // MARK: The start

    @Test func aStartPreparesThenJoinsThenWaitsForAShare() {
        var story = LifeStory()
        #expect(story.tell(.start) == [.prepare(1, .whole)])
        #expect(story.tell(.prepared(1)) == [.join])
        #expect(story.life.state == .joining)
        #expect(story.tell(.assigned(both)) == [.pause(both), .position(2, both, isFresh: true, suspects: [])])
        #expect(story.life.state == .positioning(2) && story.life.takesInput == nil)
    }

    @Test(arguments: [Failure.passing(of: .database), .passing(of: .flow), .final])
    func whatIsOutOfReachAtTheStartEndsIt(failure: Failure) {
        var story = LifeStory()
        story.tell(.start)
        #expect(story.tell(.failed(1, failure)) == [.abandon(1), .end(.failed)])
        #expect(story.tell(.prepared(1)) == [] && story.tell(.stopping) == [])
    }

    @Test func whatIsOutOfReachLaterIsWaitedFor() {
        var story = LifeStory.resting(after: .passing(of: .database))
        #expect(story.wait() == [.prepare(3, .claim)])
        #expect(story.tell(.failed(3, .passing(of: .database))).last == .say(.startsAgain(after: 0.4)))
        #expect(story.wait() == [.prepare(4, .claim)])
        #expect(story.tell(.prepared(3)) == [])
        #expect(story.tell(.prepared(4)) == [.position(5, both, isFresh: false, suspects: [])])
    }

    @Test func aClaimHeldByASessionOfOursThatDiedIsTakenFromIt() {
        var story = LifeStory.resting(after: .passing(of: .database))
        story.wait()
        let answer = story.tell(.failed(3, .heldByOwnSession))
        #expect(answer == [.abandon(3), .endFormerSessions, .pause(both), .say(.startsAgain(after: 0.4))])
        #expect(story.wait() == [.prepare(4, .claim)])
    }

    // MARK: The group

    @Test func aShareOfNothingMakesASpareWorker() {
        var story = LifeStory.joining
        #expect(story.tell(.assigned([])) == [.lookForInput])
        #expect(story.life.state == .spare)
        #expect(story.tell(.assigned(both)) == [.pause(both), .position(2, both, isFresh: true, suspects: [])])
        #expect(story.tell(.assigned([])) == [.abandon(2), .lookForInput])
        #expect(story.life.state == .spare)
    }

    @Test(arguments: [WorkerLife.Event.revoked, .lost])
    func partitionsThatGoTakeWhatIsUnderWayWithThem(event: WorkerLife.Event) {
        for var story in [LifeStory.positioning, .flowing, .stalled] {
            #expect(story.tell(event) == [.abandon(2)])
            #expect(story.life.state == .joining && story.life.assignment == [])
            #expect(story.tell(.positioned(2, LifeStory.offsets)) == [])
            #expect(
                story.tell(.assigned([LifeStory.second]))
                    == [
                        .pause([LifeStory.second]),
                        .position(3, [LifeStory.second], isFresh: true, suspects: []),
                    ]
            )
        }
    }

    @Test func anotherShareDuringARestOrAPreparationIsPausedAndPositionedAfterIt() {
        var story = LifeStory.resting(after: .passing(of: .database))
        #expect(story.tell(.revoked) == [])
        #expect(story.tell(.assigned([LifeStory.first])) == [.pause([LifeStory.first])])
        #expect(story.tell(.time) == [])
        #expect(story.wait() == [.prepare(3, .claim)])
        #expect(story.tell(.assigned(both)) == [.pause(both)])
        #expect(story.tell(.prepared(3)) == [.position(4, both, isFresh: true, suspects: [])])
    }

    /// The group keeps a static member's partitions: they come without a revocation, and what the life before had begun is
    /// not heard of any more.
    @Test func aStaticMemberThatComesBackSoonGetsItsPartitions() {
        var story = LifeStory.flowing
        let left = story.tell(.failed(nil, .passing(of: .consumer)))
        #expect(left == [.abandon(2), .leave, .say(.startsAgain(after: 0.2))])
        #expect(story.wait() == [.join])
        #expect(story.tell(.assigned(both)) == [.pause(both), .position(3, both, isFresh: true, suspects: [])])
        #expect(story.tell(.failed(2, .fencedProducer)) == [] && story.tell(.raised(2)) == [])
        #expect(!story.life.isRaised)
        #expect(story.tell(.positioned(3, LifeStory.offsets)).last == .flow(3))
    }

    // MARK: The flow

    @Test func readingBeginsWhereTheLatestPositioningSaysAndNowhereElse() {
        var story = LifeStory.positioning
        var offsets = LifeStory.offsets
        offsets[TopicPartition(topic: "other", partition: 0)] = 13
        #expect(story.tell(.positioned(1, offsets)) == [])
        #expect(story.tell(.positioned(2, offsets)) == [.seek(LifeStory.offsets), .resume(both), .flow(2)])
        #expect(story.life.takesInput == 2)
        #expect(story.tell(.positioned(2, offsets)) == [])
    }

    @Test func aPartitionWithoutAPlaceIsNotRead() {
        var story = LifeStory.positioning
        let answer = story.tell(.positioned(2, [LifeStory.first: 11]))
        #expect(answer == [.abandon(2), .pause(both), .say(.startsAgain(after: 0.2))])
    }

    @Test func aStallPausesInputUntilTheBatchIsTaken() {
        var story = LifeStory.flowing
        #expect(story.tell(.stalled(2)) == [.pause(both), .say(.stalls)])
        #expect(story.life.takesInput == nil && story.tell(.stalled(2)) == [])
        #expect(story.tell(.moved(2, LifeStory.offsets)) == [.seek(LifeStory.offsets), .resume(both)])
        #expect(story.life.state == .flowing(2))
    }

    // MARK: Failures

    @Test(arguments: Part.allCases)
    func aFailureThatPassesStartsAgainWithWhatItBroke(part: Part) {
        for var story in [LifeStory.positioning, .flowing, .stalled] {
            let answer = story.tell(.failed(2, .passing(of: part)))
            #expect(answer.first == .abandon(2) && answer.last == .say(.startsAgain(after: 0.2)))
            #expect(story.tell(.time) == [] && story.life.takesInput == nil)
            let next = story.wait()
            switch part {
            case .database: #expect(next == [.prepare(3, .claim)])
            case .topics: #expect(next == [.prepare(3, .whole)])
            case .consumer: #expect(answer.contains(.leave) && next == [.join])
            case .flow:
                #expect(next == [.position(3, both, isFresh: !story.life.isRaised, suspects: [])])
            }
        }
    }

    @Test func restsGrowToTheLongestAndStartOverAfterACommit() {
        var story = LifeStory.flowing
        var rests: [Double] = []
        for _ in 0..<9 {
            let before = story.now
            story.tell(.failed(story.life.attempt, .passing(of: .flow)))
            story.wait()
            rests.append(story.now - before)
            // Of the flow before: no commit since.
            #expect(story.tell(.committed(2)) == [])
            story.tell(.positioned(story.life.attempt, LifeStory.offsets))
        }
        for (rest, expected) in zip(rests, [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10]) {
            #expect(abs(rest - expected) < 1e-9)
        }
        #expect(story.tell(.committed(story.life.attempt)) == [.say(.recovered)])
        #expect(story.tell(.failed(story.life.attempt, .passing(of: .flow))).last == .say(.startsAgain(after: 0.2)))
    }

    @Test func aFailureOfSomethingElseNeitherEndsNorLengthensARest() {
        var story = LifeStory.resting(after: .passing(of: .flow))
        let deadline = story.life.deadline
        #expect(story.tell(.failed(2, .passing(of: .database))) == [])
        #expect(story.tell(.failed(nil, .passing(of: .flow))) == [])
        #expect(story.tell(.failed(nil, .passing(of: .consumer))) == [.leave])
        #expect(story.life.deadline == deadline)
        #expect(story.wait() == [.join])
    }

    @Test func troubleIsToldUntilThereIsACommitOrNothingToDo() {
        var story = LifeStory.resting(after: .passing(of: .flow))
        story.wait()
        #expect(story.tell(.caughtUp(3)) == [])
        story.tell(.positioned(3, LifeStory.offsets))
        #expect(story.tell(.caughtUp(3)) == [.say(.recovered)] && story.tell(.committed(3)) == [])

        story = .resting(after: .passing(of: .flow))
        story.tell(.assigned([]))
        #expect(story.wait() == [.say(.recovered)])
        #expect(story.life.state == .spare)
    }

    @Test func misplacedPartitionsArePositionedAnewAndTold() {
        var story = LifeStory.resting(after: .misplaced([LifeStory.second], isSeekable: true))
        #expect(story.wait() == [.position(3, both, isFresh: false, suspects: [LifeStory.second])])
        // A positioning that fails has not looked.
        story.tell(.failed(3, .passing(of: .flow)))
        #expect(story.wait() == [.position(4, both, isFresh: false, suspects: [LifeStory.second])])
        story.tell(.positioned(4, LifeStory.offsets))
        story.tell(.failed(4, .passing(of: .flow)))
        #expect(story.wait() == [.position(5, both, isFresh: false, suspects: [])])
    }

    @Test func whereNothingCanBeSoughtAnotherConsumerTakesOver() {
        var story = LifeStory.flowing
        let failure = Failure.misplaced([LifeStory.second], isSeekable: false)
        #expect(story.tell(.failed(nil, failure)) == [.abandon(2), .leave, .say(.startsAgain(after: 0.2))])
        #expect(story.wait() == [.join])
        let next = story.tell(.assigned(both))
        #expect(next == [.pause(both), .position(3, both, isFresh: true, suspects: [LifeStory.second])])
    }

    // MARK: Others of the same name, or with the same partitions

    @Test func aDispossessedWorkerWaitsForItsGroupAndNeverRaisesByItself() {
        var story = LifeStory.flowing
        let answer = story.tell(.failed(2, .dispossessed))
        #expect(answer == [.abandon(2), .pause(both), .say(.dispossessed(patience: 60))])
        var patient = story
        #expect(story.tell(.revoked) == [] && story.life.state == .joining)

        patient.now += 59
        #expect(patient.tell(.time) == [] && patient.tell(.failed(nil, .passing(of: .flow))) == [])
        #expect(patient.wait() == [.leave, .join])
        #expect(patient.tell(.assigned(both)) == [.pause(both), .position(3, both, isFresh: true, suspects: [])])
    }

    @Test func aDispossessedWorkerWithoutAConsumerJoinsSoon() {
        var story = LifeStory.resting(after: .dispossessed)
        #expect(story.tell(.failed(nil, .fencedMember)) == [.leave, .say(.startsAgain(after: 0.2))])
        #expect(story.wait() == [.join])
    }

    @Test func aGhostOfItsOwnIsOutlivedAndAnotherProcessIsNot() {
        for failure in [Failure.fencedMember, .fencedProducer] {
            var story = LifeStory.flowing
            for count in 1...6 {
                let attempt = story.life.attempt
                let answer = story.tell(.failed(failure == .fencedMember ? nil : attempt, failure))
                guard count < 6 else {
                    #expect(answer.last == .end(.fenced))
                    break
                }
                if story.wait() == [.join] { story.tell(.assigned(both)) }
                story.tell(.positioned(story.life.attempt, LifeStory.offsets))
                // Both of two processes may commit between their turns.
                #expect(story.tell(.committed(story.life.attempt)) == [.say(.recovered)])
                story.now += 3
            }
        }
    }

    @Test func fencingsFarApartAreNoRow() {
        var story = LifeStory.flowing
        for _ in 0..<20 {
            story.tell(.failed(story.life.attempt, .fencedProducer))
            story.wait()
            story.tell(.positioned(story.life.attempt, LifeStory.offsets))
            story.now += 61
        }
        #expect(story.life.takesInput != nil)
    }

    // MARK: The end

    @Test func aStopPublishesWhatIsOnTheWay() {
        for (var story, answer) in [
            (LifeStory.flowing, [WorkerLife.Action.pause(both), .drain(2)]), (LifeStory.stalled, [.drain(2)]),
        ] {
            #expect(story.tell(.stopping) == answer)
            #expect(story.tell(.stopping) == [] && story.tell(.moved(2, LifeStory.offsets)) == [])
            #expect(story.tell(.drained(2)) == [.abandon(2), .leave, .end(.stopped(isDrained: true))])
        }
    }

    @Test func aStopWithNothingOnTheWayEndsAtOnce() {
        let stories: [(LifeStory, [WorkerLife.Action])] = [
            (LifeStory(), []), (.joining, [.leave]), (.positioning, [.abandon(2), .leave]),
            (.resting(after: .passing(of: .flow)), [.leave]), (.resting(after: .fencedMember), []),
            (.resting(after: .dispossessed), [.leave]),
        ]
        for (var story, answer) in stories {
            #expect(story.tell(.stopping) == answer + [.end(.stopped(isDrained: true))])
        }
    }

    @Test func aDrainHasItsTime() {
        var story = LifeStory.draining
        story.now += 29
        #expect(story.tell(.time) == [] && story.tell(.failed(nil, .passing(of: .database))) == [])
        #expect(story.wait() == [.abandon(2), .leave, .end(.stopped(isDrained: false))])
    }

    @Test(arguments: [Failure.passing(of: .flow), .passing(of: .consumer), .fencedMember, .dispossessed])
    func aFailureEndsADrain(failure: Failure) {
        var story = LifeStory.draining
        let answer = story.tell(.failed(2, failure))
        #expect(answer == [.abandon(2), .leave, .end(.stopped(isDrained: false))])
    }

    /// What is on the way can no longer be committed; and a callback leaves no group.
    @Test(arguments: [WorkerLife.Event.revoked, .lost])
    func partitionsThatGoEndADrainAfterThePoll(event: WorkerLife.Event) {
        var story = LifeStory.draining
        #expect(story.tell(event) == [.abandon(2)])
        #expect(story.tell(.drained(2)) == [])
        #expect(story.wait() == [.leave, .end(.stopped(isDrained: false))])
    }

    @Test func aFinalErrorEndsItAnywhere() {
        let stories: [LifeStory] = [
            .joining, .positioning, .flowing, .stalled, .draining, .resting(after: .passing(of: .database)),
            .resting(after: .dispossessed),
        ]
        for var story in stories {
            #expect(story.tell(.failed(nil, .final)).last == .end(.failed))
        }
    }
}
