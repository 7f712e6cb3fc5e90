import Kafka

@testable import Broker

/// A life that is told event by event; the clock stands unless it is moved.
struct LifeStory {
    var life: WorkerLife
    var now = 100.0

    static let first = TopicPartition(topic: "alerts", partition: 0)
    static let second = TopicPartition(topic: "alerts", partition: 1)
    static let offsets: [TopicPartition: Int64] = [first: 11, second: 12]

    init(limits: WorkerLife.Limits = WorkerLife.Limits()) { life = WorkerLife(limits: limits) }

    /// What follows from an event.
    @discardableResult
    mutating func tell(_ event: WorkerLife.Event) -> [WorkerLife.Action] { life.take(event, now: now) }

    /// What follows when all waiting is over.
    @discardableResult
    mutating func wait() -> [WorkerLife.Action] {
        now = max(now, life.deadline ?? now)
        return tell(.time)
    }

    /// Prepared, and with a consumer: `joining`.
    static var joining: LifeStory {
        var story = LifeStory()
        for event in [WorkerLife.Event.start, .prepared(1)] { story.tell(event) }
        return story
    }

    /// With two partitions: `positioning(2)`.
    static var positioning: LifeStory {
        var story = joining
        story.tell(.assigned([first, second]))
        return story
    }

    /// `flowing(2)`.
    static var flowing: LifeStory {
        var story = positioning
        for event in [WorkerLife.Event.raised(2), .positioned(2, offsets)] { story.tell(event) }
        return story
    }

    /// `stalled(2)`.
    static var stalled: LifeStory {
        var story = flowing
        story.tell(.stalled(2))
        return story
    }

    /// `resting`, with what followed from the failure.
    static func resting(after failure: WorkerLife.Failure) -> LifeStory {
        var story = flowing
        story.tell(.failed(2, failure))
        return story
    }

    /// `draining(2)`, for thirty seconds.
    static var draining: LifeStory {
        var story = flowing
        story.tell(.stopping)
        return story
    }
}
