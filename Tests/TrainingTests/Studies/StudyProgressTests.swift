import Testing

@testable import Training

@Suite struct StudyProgressTests {
    @Test func whatIsLeftTakesAsLongAsWhatWasSeen() {
        var progress = StudyProgress(whole: 1000)
        #expect(progress.secondsLeft == .infinity)
        progress.step(10, to: 10, after: 1)
        #expect(progress.secondsLeft == 99)
        progress.step(10, to: 20, after: 4)
        #expect(progress.secondsLeft == 980 * 4 / 20)
        progress.endRun(of: 20, after: 5)
        #expect(progress.secondsLeft == 980 * 5 / 20)
        progress.step(10, to: 10, after: 2)
        #expect(progress.secondsLeft == 970.0 * 7 / 30)
    }

    /// They are done, and took none of the time.
    @Test func stepsOfAnEarlierCommandSayNothingOfTheRate() {
        var progress = StudyProgress(whole: 2000)
        progress.step(10, to: 810, after: 1)
        #expect(progress.secondsLeft == 1190.0 / 10)
        progress.endRun(of: 1000, after: 1)
        #expect(progress.secondsLeft == 1000.0 / 10)
    }

    /// Nor do those that a run did not need: it stops where nothing gets better any more.
    @Test func aRunThatEndsEarlyIsDoneAndWasNoFaster() {
        var progress = StudyProgress(whole: 200)
        progress.step(10, to: 10, after: 1)
        progress.endRun(of: 100, after: 1)
        #expect(progress.secondsLeft == 100.0 / 10)
    }

    @Test func whereNothingIsLeftNothingHasToBeTold() {
        var progress = StudyProgress(whole: 100)
        progress.endRun(of: 100, after: 3)
        #expect(progress.secondsLeft == 0)
        #expect(StudyProgress(whole: 0).secondsLeft == 0)
    }
}
