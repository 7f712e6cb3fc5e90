import Kafka

extension WorkerLife {
    /// What follows from a failure.
    ///
    /// - Parameter attempt: whose it is; nil for the consumer's and the claim's. Of another attempt than the one under
    ///   way it says nothing.
    mutating func failed(_ attempt: Attempt?, _ failure: Failure, now: Double) -> [Action] {
        guard attempt == nil || attempt == state.attempt else { return [] }
        if failure == .final { return end(.failed) }
        switch state {
        case .new, .leaving, .ended: return []
        case .draining: return drainFailed(attempt, failure)
        case .preparing where attempt != nil && !hasPrepared && failure != .heldByOwnSession: return end(.failed)
        case .preparing, .joining, .spare, .positioning, .flowing, .stalled, .resting, .dispossessed: break
        }
        if failure == .fencedMember || failure == .fencedProducer {
            fencings.add(now: now, span: limits.fencingSpan)
            if fencings.count >= limits.fencings { return end(.fenced) }
        }
        return suffer(failure, attempt, now: now)
    }

    /// At a stop nothing is started again. A passing failure of the claim or of a call to the consumer leaves the pipeline
    /// its time.
    private mutating func drainFailed(_ attempt: Attempt?, _ failure: Failure) -> [Action] {
        let mayGoOn: Bool =
            switch failure {
            case .fencedMember, .passing(of: .consumer): false
            default: attempt == nil
            }
        return mayGoOn ? [] : end(.stopped(isDrained: false))
    }

    /// Gives up what is under way, notes what is broken, and rests, or waits for the group. A rest or a preparation that is
    /// under way is neither ended nor lengthened by the failure of something else.
    mutating func suffer(_ failure: Failure, _ attempt: Attempt?, now: Double) -> [Action] {
        switch (state, failure) {
        case (.preparing, _) where attempt == nil: return note(failure)
        case (.resting, .dispossessed): return dispossess(now: now)
        case (.resting, _): return note(failure)
        case (.dispossessed, _):
            let actions = note(failure)
            // Without a consumer there is no word of the group to wait for.
            return membership == .outside ? actions + rest(now: now) : actions
        case (_, .dispossessed): return dispossess(now: now)
        case (_, _): return abandoning + note(failure) + rest(now: now)
        }
    }

    private mutating func rest(now: Double) -> [Action] {
        let seconds = failures.add(first: limits.firstRest, longest: limits.longestRest)
        state = .resting(until: now + seconds)
        isTroubled = true
        return pausing + [.say(.startsAgain(after: seconds))]
    }

    private mutating func dispossess(now: Double) -> [Action] {
        let actions = abandoning + pausing
        state = .dispossessed(until: now + limits.membership)
        isTroubled = true
        return actions + [.say(.dispossessed(patience: limits.membership))]
    }

    /// What a failure says of the things that outlive a flow.
    private mutating func note(_ failure: Failure) -> [Action] {
        switch failure {
        case .passing(of: .database):
            if preparation == nil { preparation = .claim }
            return []
        case .passing(of: .topics):
            preparation = .whole
            return []
        case .passing(of: .consumer), .fencedMember: return leave()
        case .misplaced(let partitions, let isSeekable):
            suspects.formUnion(partitions.intersection(assignment))
            return isSeekable ? [] : leave()
        case .heldByOwnSession: return [.endFormerSessions]
        case .passing(of: .flow), .fencedProducer, .dispossessed, .final: return []
        }
    }

    // MARK: Parts of answers

    /// Gives up what is under way.
    var abandoning: [Action] { state.attempt.map { [.abandon($0)] } ?? [] }

    /// Pauses what is assigned.
    var pausing: [Action] { assignment.isEmpty ? [] : [.pause(assignment)] }

    /// Gives up the consumer.
    mutating func leave() -> [Action] {
        guard membership != .outside else { return [] }
        membership = .outside
        assignment = []
        isRaised = false
        return [.leave]
    }

    /// Says that trouble is over, if there was any.
    mutating func recover() -> [Action] {
        defer { isTroubled = false }
        return isTroubled ? [.say(.recovered)] : []
    }
}
