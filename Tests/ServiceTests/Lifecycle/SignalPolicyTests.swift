import Glibc
import Synchronization
import Testing

@testable import Service

@Suite struct SignalPolicyTests {
    @Test func theFirstSignalDrainsTheSecondEnds() {
        var policy = SignalPolicy()
        #expect(policy.handle(.hangUp) == .ignoreHangUp)
        #expect(policy.handle(.deadline) == .none)
        #expect(policy.handle(.stop(signal: SIGTERM)) == .drain(signal: SIGTERM))
        #expect(policy.handle(.hangUp) == .none)
        #expect(policy.handle(.stop(signal: SIGINT)) == .exit(status: 130, reason: "a second signal"))
    }

    @Test func aDrainThatTakesTooLongEnds() {
        var policy = SignalPolicy()
        _ = policy.handle(.stop(signal: SIGINT))
        guard case .exit(status: 1, _) = policy.handle(.deadline) else {
            Issue.record("the deadline must end the process")
            return
        }
    }

    @Test func aStopFromWithinMakesTheNextSignalTheSecond() {
        var policy = SignalPolicy()
        policy.beginDraining()
        guard case .exit(status: 143, _) = policy.handle(.stop(signal: SIGTERM)) else {
            Issue.record("the signal must end the process")
            return
        }
    }

    @Test func theWatcherRequestsTheStopAndThenEnds() {
        let token = StopToken()
        let recorder = Recorder()
        let watcher = SignalWatcher(token: token, deadline: .seconds(1), log: Logger("t", to: .none)) {
            recorder.add($0)
        }
        watcher.receive(.hangUp)
        #expect(!token.isRequested)
        watcher.receive(.stop(signal: SIGTERM))
        #expect(token.isRequested)
        #expect(recorder.all.isEmpty)
        watcher.receive(.stop(signal: SIGTERM))
        #expect(recorder.all == [143])
    }
}

private final class Recorder: Sendable {
    private let values = Mutex<[Int32]>([])
    func add(_ value: Int32) { values.withLock { $0.append(value) } }
    var all: [Int32] { values.withLock { $0 } }
}
