import Testing

@testable import Kafka

/// Every phase with every call and every outcome, without Kafka and without a clock.
@Suite struct TransactionStateTests {
    typealias Call = TransactionState.Call
    typealias Failure = TransactionState.Failure
    typealias Phase = TransactionState.Phase

    static let patience = Duration.seconds(60)

    /// A state in each phase.
    static func state(_ phase: Phase) -> TransactionState {
        var state = TransactionState(patience: patience)
        if phase == .fresh { return state }
        state.succeeded(.initialise)
        if phase == .ready { return state }
        state.succeeded(.begin)
        if phase == .mustAbort { _ = state.failed(.sendOffsets, .abortable, elapsed: .zero) }
        if phase == .ended { _ = state.failed(.commit, .fatal, elapsed: .zero) }
        return state
    }

    static let phases: [Phase] = [.fresh, .ready, .open, .mustAbort, .ended]

    /// Every phase with every call that it allows.
    static let allowed = phases.flatMap { phase in
        Call.allCases.filter { state(phase).allows($0) }.map { (phase, $0) }
    }

    @Test func eachPhaseAllowsItsCallsOnly() {
        for phase in Self.phases {
            #expect(Self.state(phase).phase == phase)
            let calls = Call.allCases.filter { Self.state(phase).allows($0) }
            let expected: [Call] =
                switch phase {
                case .fresh: [.initialise]
                case .ready: [.begin]
                case .open: [.produce, .sendOffsets, .commit, .abort]
                case .mustAbort: [.abort]
                case .ended: []
                }
            #expect(calls == expected, "in \(phase)")
        }
    }

    @Test func successLeadsOn() {
        for (phase, call) in Self.allowed {
            var state = Self.state(phase)
            state.succeeded(call)
            let expected: Phase =
                switch call {
                case .initialise, .commit, .abort: .ready
                case .begin, .produce, .sendOffsets: .open
                }
            #expect(state.phase == expected, "\(call) in \(phase)")
        }
    }

    @Test func aFatalErrorAlwaysEndsTheProducer() {
        for (phase, call) in Self.allowed {
            var state = Self.state(phase)
            let action = state.failed(call, .fatal, elapsed: .zero)
            #expect(action == .recreate(isOutcomeUnknown: call == .commit), "\(call) in \(phase)")
            #expect(state.phase == .ended)
        }
    }

    @Test func anAbortableErrorOfAnOpenTransactionLeavesOnlyTheAbort() {
        for call in [Call.produce, .sendOffsets, .commit] {
            var state = Self.state(.open)
            #expect(state.failed(call, .abortable, elapsed: .zero) == .abort)
            #expect(state.phase == .mustAbort)
            state.succeeded(.abort)
            #expect(state.phase == .ready)
        }
        for (phase, call) in [(Phase.fresh, Call.initialise), (.open, .abort), (.mustAbort, .abort)] {
            var state = Self.state(phase)
            #expect(state.failed(call, .abortable, elapsed: .zero) == .recreate(isOutcomeUnknown: false))
        }
    }

    @Test func aCommitThatTimesOutIsNeverMadeAgain() {
        for elapsed in [Duration.zero, .seconds(1), .seconds(59), .seconds(1000)] {
            var state = Self.state(.open)
            #expect(state.failed(.commit, .timedOut, elapsed: elapsed) == .recreate(isOutcomeUnknown: true))
            #expect(state.phase == .ended)
        }
    }

    @Test func whatCanBeRepeatedIsRepeatedWithoutAChange() {
        for (phase, call) in Self.allowed {
            for failure in [Failure.retriable, .timedOut] where !(call == .commit && failure == .timedOut) {
                var state = Self.state(phase)
                guard case .again(let pause) = state.failed(call, failure, elapsed: .zero) else {
                    Issue.record("\(call) in \(phase) is not repeated after \(failure)")
                    continue
                }
                #expect(pause > .zero && pause <= .seconds(2))
                #expect(state.phase == phase && state.allows(call))
            }
        }
    }

    @Test func repetitionEndsWithThePatience() {
        for (phase, call) in Self.allowed {
            var state = Self.state(phase)
            var (elapsed, pauses, action) = (Duration.zero, [Duration](), TransactionState.Action.proceed)
            repeat {
                action = state.failed(call, .retriable, elapsed: elapsed)
                if case .again(let pause) = action {
                    pauses.append(pause)
                    elapsed += pause
                }
            } while pauses.last != nil && action == .again(after: pauses[pauses.count - 1]) && pauses.count < 1000
            #expect(pauses.count < 50 && elapsed < Self.patience, "\(call) in \(phase)")
            #expect(pauses == pauses.sorted() && pauses.last == .seconds(2))

            let expected: (TransactionState.Action, Phase) =
                switch call {
                case .initialise, .begin, .produce: (.report, phase)
                case .sendOffsets: (.abort, .mustAbort)
                case .commit: (.recreate(isOutcomeUnknown: true), .ended)
                case .abort: (.recreate(isOutcomeUnknown: false), .ended)
                }
            #expect(action == expected.0 && state.phase == expected.1, "\(call) in \(phase)")
        }
    }

    @Test func successResetsThePauses() {
        var state = Self.state(.open)
        let first = state.failed(.sendOffsets, .retriable, elapsed: .zero)
        #expect(state.failed(.sendOffsets, .retriable, elapsed: .zero) != first)
        state.succeeded(.sendOffsets)
        #expect(state.failed(.commit, .retriable, elapsed: .zero) == first)
    }

    @Test func anUnclassifiedErrorIsFatalExceptForAMessage() {
        for (phase, call) in Self.allowed {
            var state = Self.state(phase)
            let action = state.failed(call, .other, elapsed: .zero)
            if call == .produce {
                #expect(action == .report && state.phase == .open)
            } else {
                #expect(action == .recreate(isOutcomeUnknown: call == .commit) && state.phase == .ended)
            }
        }
    }

    @Test func aFailedDeliveryForbidsTheCommit() {
        for phase in Self.phases {
            var state = Self.state(phase)
            state.deliveryFailed()
            #expect(state.phase == (phase == .open ? .mustAbort : phase))
        }
    }

    /// Walks through every sequence of allowed calls and outcomes: a transaction that has failed is never committed, and
    /// the outcome is unknown after a commit only.
    @Test func noSequenceCommitsWhatHasFailed() {
        struct Walk: Equatable {
            var state: TransactionState
            var hasFailed = false
        }
        var (visited, frontier) = ([Walk](), [Walk(state: TransactionState(patience: .milliseconds(300)))])
        while let walk = frontier.popLast() {
            guard !visited.contains(walk) else { continue }
            visited.append(walk)
            for call in Call.allCases where walk.state.allows(call) {
                #expect(!(call == .commit && walk.hasFailed))
                var next = walk
                next.state.succeeded(call)
                if call == .abort || call == .begin { next.hasFailed = false }
                frontier.append(next)
                for failure in Failure.allCases {
                    for elapsed in [Duration.zero, .seconds(1)] {
                        var next = walk
                        switch next.state.failed(call, failure, elapsed: elapsed) {
                        case .abort: next.hasFailed = true
                        case .recreate(let isUnknown): #expect(isUnknown == (call == .commit))
                        case .proceed: Issue.record("a failure must not proceed")
                        case .again, .report: break
                        }
                        frontier.append(next)
                    }
                }
            }
        }
        #expect(Set(visited.map(\.state.phase)) == Set(Self.phases))
    }
}
