import Kafka

extension WorkerLife {
    /// Takes note of an event.
    ///
    /// - Parameter now: seconds of a clock that only goes forward.
    /// - Returns: what is to be done, in this order.
    mutating func take(_ event: Event, now: Double) -> [Action] {
        if case .ended = state { return [] }
        switch event {
        case .start: return state == .new ? proceed() : []
        case .prepared(let attempt): return prepared(attempt)
        case .assigned(let partitions): return assigned(partitions)
        case .revoked, .lost: return withdrawn()
        case .raised(let attempt):
            if state == .positioning(attempt) { isRaised = true }
            return []
        case .positioned(let attempt, let offsets): return positioned(attempt, offsets, now: now)
        case .stalled(let attempt): return stalled(attempt)
        case .moved(let attempt, let offsets): return moved(attempt, offsets, now: now)
        case .committed(let attempt): return committed(attempt)
        case .caughtUp(let attempt): return state == .flowing(attempt) ? recover() : []
        case .drained(let attempt): return drained(attempt)
        case .failed(let attempt, let failure): return failed(attempt, failure, now: now)
        case .time: return passed(now)
        case .stopping: return stop(now: now)
        }
    }

    /// What comes next where nothing is in the way: what is missing is seen to in this order.
    mutating func proceed() -> [Action] {
        if let preparation {
            attempt += 1
            state = .preparing(attempt)
            return [.prepare(attempt, preparation)]
        }
        switch membership {
        case .outside:
            membership = .joining
            state = .joining
            return [.join]
        case .joining:
            state = .joining
            return []
        case .member:
            guard !assignment.isEmpty else {
                state = .spare
                return recover()
            }
            attempt += 1
            state = .positioning(attempt)
            return [.position(attempt, assignment, isFresh: !isRaised, suspects: suspects)]
        }
    }

    private mutating func prepared(_ attempt: Attempt) -> [Action] {
        guard state == .preparing(attempt) else { return [] }
        preparation = nil
        hasPrepared = true
        return proceed()
    }

    // MARK: The group

    private mutating func assigned(_ partitions: Set<TopicPartition>) -> [Action] {
        guard membership != .outside else { return [] }
        membership = .member
        assignment = partitions
        isRaised = false
        suspects.formIntersection(partitions)
        return regrouped(partitions.isEmpty ? [.lookForInput] : pausing)
    }

    /// Revoked and lost are the same here: nothing is on its way any more that could harm, and nothing is waited for.
    private mutating func withdrawn() -> [Action] {
        guard membership != .outside else { return [] }
        membership = .joining
        assignment = []
        isRaised = false
        return regrouped([])
    }

    /// What follows when the partitions are others than before: what was under way for them is given up. A rest and a
    /// preparation go on: they lead to the partitions that are there when they are over.
    private mutating func regrouped(_ actions: [Action]) -> [Action] {
        switch state {
        case .preparing, .resting, .leaving: return actions
        case .draining(let attempt, _):
            // The group's generation is another one: what is on the way can no longer be committed.
            state = .leaving
            return [.abandon(attempt)] + actions
        case .new, .joining, .spare, .positioning, .flowing, .stalled, .dispossessed, .ended:
            return abandoning + actions + proceed()
        }
    }

    // MARK: The flow

    private mutating func positioned(
        _ attempt: Attempt,
        _ offsets: [TopicPartition: Int64],
        now: Double
    ) -> [Action] {
        guard state == .positioning(attempt) else { return [] }
        guard let reading = reading(from: offsets) else { return suffer(.passing(of: .flow), attempt, now: now) }
        suspects = []
        state = .flowing(attempt)
        return reading + [.flow(attempt)]
    }

    private mutating func stalled(_ attempt: Attempt) -> [Action] {
        guard state == .flowing(attempt) else { return [] }
        state = .stalled(attempt)
        return pausing + [.say(.stalls)]
    }

    private mutating func moved(_ attempt: Attempt, _ offsets: [TopicPartition: Int64], now: Double) -> [Action] {
        guard state == .stalled(attempt) else { return [] }
        guard let reading = reading(from: offsets) else { return suffer(.passing(of: .flow), attempt, now: now) }
        state = .flowing(attempt)
        return reading
    }

    /// All assigned partitions are sought, and no others: librdkafka drops what it had fetched of a paused partition and
    /// does not always find its place again. Nil where a place is missing.
    private func reading(from offsets: [TopicPartition: Int64]) -> [Action]? {
        let own = offsets.filter { assignment.contains($0.key) }
        return own.count == assignment.count ? [.seek(own), .resume(assignment)] : nil
    }

    private mutating func committed(_ attempt: Attempt) -> [Action] {
        switch state {
        case .flowing(attempt), .stalled(attempt), .draining(attempt, _):
            failures.end()
            return recover()
        default: return []
        }
    }

    // MARK: Time and the end

    private mutating func passed(_ now: Double) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .resting: return proceed()
        // It never raises the epochs by itself, which would take the partitions from their new reader: it asks the group.
        case .dispossessed: return leave() + proceed()
        default: return end(.stopped(isDrained: false))
        }
    }

    private mutating func stop(now: Double) -> [Action] {
        switch state {
        case .flowing(let attempt):
            state = .draining(attempt, until: now + limits.drain)
            return pausing + [.drain(attempt)]
        case .stalled(let attempt):
            state = .draining(attempt, until: now + limits.drain)
            return [.drain(attempt)]
        case .draining, .leaving: return []
        case .new, .preparing, .joining, .spare, .positioning, .resting, .dispossessed, .ended:
            return end(.stopped(isDrained: true))
        }
    }

    private mutating func drained(_ attempt: Attempt) -> [Action] {
        guard case .draining(attempt, _) = state else { return [] }
        return end(.stopped(isDrained: true))
    }

    mutating func end(_ ending: Ending) -> [Action] {
        let actions = abandoning + leave()
        state = .ended(ending)
        return actions + [.end(ending)]
    }
}
