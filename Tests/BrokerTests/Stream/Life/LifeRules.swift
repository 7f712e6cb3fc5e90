import Kafka

@testable import Broker

/// What must hold of every event in every state.
enum LifeRules {
    typealias Breach = LifeWorld.Breach

    /// A report of an attempt that is not under way changes nothing.
    static func holdStale(
        _ event: WorkerLife.Event,
        before: WorkerLife,
        after: WorkerLife,
        _ actions: [WorkerLife.Action]
    ) throws {
        guard let attempt = event.attempt, attempt != before.state.attempt else { return }
        guard before == after, actions.isEmpty else { throw Breach(description: "an old attempt was listened to") }
    }

    static func hold(
        after event: WorkerLife.Event,
        from place: LifeSearch.Place,
        to next: LifeSearch.Place,
        _ actions: [WorkerLife.Action]
    ) throws {
        try holdTogether(next)
        try holdRests(event, from: place, to: next, actions)
        try holdEnd(event, from: place, to: next)
        switch event {
        case .assigned, .revoked, .lost:
            // What a rebalance leads to might be done in librdkafka's callback.
            if let waiting = actions.first(where: \.waits) { throw Breach(description: "\(waiting) in a rebalance") }
        case .failed(let attempt, .final) where attempt == nil || attempt == place.life.state.attempt:
            guard case .ended = next.life.state else { throw Breach(description: "a final error does not end it") }
        default: break
        }
    }

    /// The life and its world agree.
    private static func holdTogether(_ place: LifeSearch.Place) throws {
        let (life, world) = (place.life, place.world)
        let agrees =
            life.assignment == world.assignment && (life.membership != .outside) == world.hasConsumer
            && life.state.attempt == world.work
        guard agrees else { throw Breach(description: "the life does not know its world: \(place)") }
        if life.takesInput != nil {
            guard world.isFlowing, world.paused.isEmpty else { throw Breach(description: "nothing flows") }
        } else {
            guard world.paused == world.assignment else { throw Breach(description: "what is dropped is read") }
        }
    }

    /// Rests are bounded, grow until a batch is committed, and last as long as was said.
    private static func holdRests(
        _ event: WorkerLife.Event,
        from place: LifeSearch.Place,
        to next: LifeSearch.Place,
        _ actions: [WorkerLife.Action]
    ) throws {
        if case .resting(let until) = place.life.state, next.now < until {
            switch next.life.state {
            case .resting(until), .dispossessed, .ended: break
            default: throw Breach(description: "a rest that is cut short, or made longer")
            }
        }
        for case .say(.startsAgain(let seconds)) in actions {
            guard seconds > 0, seconds <= place.life.limits.longestRest else {
                throw Breach(description: "a rest of \(seconds) s")
            }
        }
        if case .committed(place.life.state.attempt) = event { return }
        guard next.life.failures.doublings >= place.life.failures.doublings else {
            throw Breach(description: "rests are shorter without a commit")
        }
    }

    /// After a stop there is only one way, and its time is bounded; after the end there is nothing.
    private static func holdEnd(
        _ event: WorkerLife.Event,
        from place: LifeSearch.Place,
        to next: LifeSearch.Place
    ) throws {
        if case .ended = place.life.state, place.life != next.life { throw Breach(description: "a life after the end") }
        guard next.world.isStopping else { return }
        switch (place.life.state, next.life.state) {
        case (_, .ended), (.leaving, .leaving), (.draining, .leaving): break
        case (.draining(_, let until), .draining(_, let later)) where until == later: break
        case (.flowing, .draining), (.stalled, .draining): break
        default: throw Breach(description: "a stop that leads elsewhere")
        }
        if event == .time, let deadline = place.life.deadline, next.now >= deadline {
            guard case .ended = next.life.state else { throw Breach(description: "a stop beyond its time") }
        }
    }
}

extension WorkerLife.Action {
    /// Whether it waits for Kafka on the polling thread, or may not be done in a callback of librdkafka's.
    fileprivate var waits: Bool {
        switch self {
        case .join, .leave, .seek, .resume, .end: true
        case .prepare, .endFormerSessions, .pause, .position, .flow, .drain, .abandon, .lookForInput, .say: false
        }
    }
}

extension WorkerLife.Event {
    /// Whose report it is.
    var attempt: WorkerLife.Attempt? {
        switch self {
        case .prepared(let attempt), .raised(let attempt), .positioned(let attempt, _), .stalled(let attempt),
            .moved(let attempt, _), .committed(let attempt), .caughtUp(let attempt), .drained(let attempt):
            attempt
        case .failed(let attempt, _): attempt
        case .start, .assigned, .revoked, .lost, .time, .stopping: nil
        }
    }
}
