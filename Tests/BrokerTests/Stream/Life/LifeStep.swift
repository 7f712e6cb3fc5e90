import Kafka

@testable import Broker

/// An event, with the seconds that pass before it, and perhaps an action of its answer that fails: those after it are then
/// left out, and the failure is the next event.
struct LifeStep: CustomStringConvertible {
    enum FailingCall { case seek, join }

    let event: WorkerLife.Event
    let seconds: Double
    let failing: FailingCall?

    init(_ event: WorkerLife.Event, after seconds: Double, failing: FailingCall? = nil) {
        (self.event, self.seconds, self.failing) = (event, seconds, failing)
    }

    init(_ event: WorkerLife.Event) { self.init(event, after: 0) }

    init(_ event: WorkerLife.Event, failing: FailingCall) { self.init(event, after: 0, failing: failing) }

    var description: String { "\(event)" + (failing.map { ", and the \($0) fails" } ?? "") }

    /// Where it leads, and by which actions.
    ///
    /// - Throws: what was broken on the way.
    func taken(from place: LifeSearch.Place) throws -> (place: LifeSearch.Place, actions: [WorkerLife.Action]) {
        var next = place
        next.now += seconds
        var actions = try Self.take(event, &next, until: failing)
        if actions.failed { actions.done += try Self.take(failure, &next, until: nil).done }
        try LifeRules.hold(after: event, from: place, to: next, actions.done)
        return (next, actions.done)
    }

    private var failure: WorkerLife.Event { .failed(nil, .passing(of: failing == .join ? .consumer : .flow)) }

    private static func take(
        _ event: WorkerLife.Event,
        _ place: inout LifeSearch.Place,
        until failing: FailingCall?
    ) throws -> (done: [WorkerLife.Action], failed: Bool) {
        let before = place
        place.world.happens(event)
        let actions = place.life.take(event, now: place.now)
        try LifeRules.holdStale(event, before: before.life, after: place.life, actions)
        var done: [WorkerLife.Action] = []
        for action in actions {
            switch (action, failing) {
            case (.seek, .seek), (.join, .join): return (done, true)
            default:
                try place.world.carryOut(action)
                done.append(action)
            }
        }
        return (done, false)
    }
}
