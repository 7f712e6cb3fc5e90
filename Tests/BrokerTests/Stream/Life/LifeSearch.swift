import Kafka

@testable import Broker

/// Breadth first over a worker's life and the world around it: every event in every state that can be reached, by whatever
/// events, until there is no new state. Times and attempts count from the present ones, so that states are finite in number.
struct LifeSearch {
    typealias Attempt = WorkerLife.Attempt

    /// Where a life can stand.
    struct Place: Hashable {
        var life: WorkerLife
        var world = LifeWorld()
        var now = 0.0

        /// The same, with times and attempts counted from the present ones.
        var rebased: Place {
            var place = self
            place.now = 0
            place.life.rebase(now: now)
            place.world.work = world.work.map { $0 - life.attempt }
            place.world.newest -= life.attempt
            return place
        }
    }

    /// Small bounds in whole seconds, so that all of them are reached.
    static let limits = WorkerLife.Limits(
        firstRest: 1,
        longestRest: 2,
        membership: 2,
        drain: 2,
        fencings: 3,
        fencingSpan: 1
    )

    static let first = TopicPartition(topic: "alerts", partition: 0)
    static let second = TopicPartition(topic: "alerts", partition: 1)
    /// Never assigned.
    static let foreign = TopicPartition(topic: "other", partition: 0)

    private(set) var places: [Place] = []
    /// For each place the one before it, what led from there, and how many events from the start it is.
    private(set) var ways: [(before: Int, step: String, depth: Int)] = []
    private(set) var transitions = 0
    /// What was broken, with the events that led there.
    private(set) var breaches: [String] = []
    private(set) var actionKinds: Set<String> = []
    private var known: Set<Place> = []

    var depth: Int { ways.last?.depth ?? 0 }

    /// Searches all there is.
    init() {
        let start = Place(life: WorkerLife(limits: Self.limits))
        known.insert(start.rebased)
        places.append(start)
        ways.append((0, "", 0))
        var next = 0
        while next < places.count, breaches.count < 5 {
            for step in Self.steps(from: places[next]) { explore(step, from: next) }
            for event in Self.staleEvents(places[next].life) { explore(LifeStep(event), from: next) }
            next += 1
        }
    }

    private mutating func explore(_ step: LifeStep, from index: Int) {
        transitions += 1
        do {
            let (place, actions) = try step.taken(from: places[index])
            guard known.insert(place.rebased).inserted else { return }
            for action in actions { actionKinds.insert(action.kind) }
            places.append(place)
            ways.append((index, "\(step)", ways[index].depth + 1))
        } catch {
            breaches.append("\(error): \(way(to: index) + ["\(step)"])")
        }
    }

    /// The events that lead to a place.
    func way(to index: Int) -> [String] {
        index == 0 ? [] : way(to: ways[index].before) + [ways[index].step]
    }

    // MARK: Events

    /// All that may happen next; the last few with an action that fails when it is carried out.
    static func steps(from place: Place) -> [LifeStep] {
        let life = place.life
        let attempt = life.state.attempt ?? life.attempt
        let failing = failures.flatMap { [WorkerLife.Event.failed(attempt, $0), .failed(nil, $0)] }
        var steps = (events(of: attempt) + failing).map(LifeStep.init)
        steps += [.start, .revoked, .lost, .stopping, .time].map(LifeStep.init)
        steps += [[], [first], [first, second]].map { LifeStep(.assigned($0)) }
        steps.append(LifeStep(.time, after: 1))
        steps.append(LifeStep(.positioned(attempt, offsets), failing: .seek))
        steps.append(LifeStep(.moved(attempt, offsets), failing: .seek))
        steps.append(LifeStep(.prepared(attempt), failing: .join))
        steps.append(LifeStep(.time, after: 1, failing: .join))
        return steps
    }

    /// Reports of the attempt before, with the weightiest failures.
    static func staleEvents(_ life: WorkerLife) -> [WorkerLife.Event] {
        let attempt = life.attempt - 1
        return events(of: attempt) + [.failed(attempt, .final), .failed(attempt, .passing(of: .database))]
    }

    private static let offsets: [TopicPartition: Int64] = [first: 11, second: 12, foreign: 13]

    private static func events(of attempt: Attempt) -> [WorkerLife.Event] {
        [
            .prepared(attempt), .raised(attempt), .positioned(attempt, offsets), .positioned(attempt, [first: 1]),
            .stalled(attempt), .moved(attempt, offsets), .moved(attempt, [first: 1]), .committed(attempt),
            .caughtUp(attempt), .drained(attempt),
        ]
    }

    static let failures: [WorkerLife.Failure] =
        WorkerLife.Part.allCases.map { .passing(of: $0) } + [
            .fencedMember, .fencedProducer, .misplaced([first], isSeekable: true),
            .misplaced([second, foreign], isSeekable: false), .dispossessed, .heldByOwnSession, .final,
        ]
}

extension WorkerLife {
    fileprivate mutating func rebase(now: Double) {
        switch state {
        case .preparing(let number): state = .preparing(number - attempt)
        case .positioning(let number): state = .positioning(number - attempt)
        case .flowing(let number): state = .flowing(number - attempt)
        case .stalled(let number): state = .stalled(number - attempt)
        case .draining(let number, let until): state = .draining(number - attempt, until: max(0, until - now))
        case .resting(let until): state = .resting(until: max(0, until - now))
        case .dispossessed(let until): state = .dispossessed(until: max(0, until - now))
        case .new, .joining, .spare, .leaving, .ended: break
        }
        attempt = 0
        let former = fencings
        fencings = FencingRow()
        guard let last = former.last, now - last <= limits.fencingSpan else { return }
        for _ in 0..<former.count { fencings.add(now: last - now, span: limits.fencingSpan) }
    }
}

extension WorkerLife.Action {
    /// Its name, without what comes with it.
    var kind: String { String("\(self)".prefix { $0 != "(" }) }
}
