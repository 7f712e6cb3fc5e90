import Foundation
import Testing

@testable import Kafka

@Suite struct ServingSignalsTests {
    /// Whether a wait in a thread of its own, to which the signals are sent, has ended.
    func wait(parent: Int32, sending signals: [Int32]) -> Bool {
        let (ready, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let released = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var thread = pthread_self()
        Thread.detachNewThread {
            let awaited = ServingSignals()
            awaited.block()
            thread = pthread_self()
            ready.signal()
            awaited.wait(parent: parent)
            ended.signal()
            // Stays, so that a signal never meets a thread that is gone.
            released.wait()
        }
        ready.wait()
        for signal in signals { pthread_kill(thread, signal) }
        let limit = DispatchTimeInterval.seconds(signals.contains(SIGTERM) || parent < 0 ? 60 : 2)
        let hasEnded = ended.wait(timeout: .now() + limit) == .success
        if !hasEnded { pthread_kill(thread, SIGTERM) }
        released.signal()
        return hasEnded
    }

    @Test func itEndsBySIGTERM() { #expect(wait(parent: getppid(), sending: [SIGTERM])) }

    @Test func itEndsWhenTheParentIsAnother() { #expect(wait(parent: -1, sending: [])) }

    /// The kernel sends the signal when the parent's thread ends, too.
    @Test func itGoesOnWhileTheParentLives() {
        #expect(!wait(parent: getppid(), sending: [ServingSignals.parentEnded]))
    }
}
