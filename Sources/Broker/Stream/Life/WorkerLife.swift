import Kafka

/// The life of a worker of the stream as a value: what happens to it goes in as events, what is to be done comes out as
/// actions. It does nothing itself, waits for nothing and has no clock: `now` comes with each event, in seconds of a clock
/// that only goes forward.
///
/// **Who reports and who acts.** One thread, which polls Kafka, holds the value, hands it one event after the other and
/// carries the actions out in their order. The first action that fails ends its list: the failure is the next event, and
/// its actions clear up. Threads that do what takes long (the control thread: preparing, positioning; the stages) leave
/// their events for that thread and wake it.
///
/// **Rebalances.** librdkafka shares out eagerly (`partition.assignment.strategy` is `range`, others are refused): all
/// partitions are taken back, in one call, before any are given. Its callbacks note what came and return; the event is taken
/// after the poll, and what it leads to never waits (`abandon`, `pause`, work for the control thread), so that it might be
/// done in the callback too. After a fatal error of the consumer no callback need come: the failure stands for it.
///
/// **Attempts.** Each preparation and each positioning has a number, and a flow that of its positioning. Only the newest
/// counts: reports under another number change nothing.
struct WorkerLife: Hashable, Sendable {
    /// The number of a preparation, or of a positioning and the flow that follows from it; from 1.
    typealias Attempt = Int

    /// The bounds of a worker's patience, in seconds unless they say otherwise.
    struct Limits: Hashable, Sendable {
        /// Rest after the first failure of a row; doubled after each further one.
        var firstRest = 0.2
        /// The longest rest.
        var longestRest = 10.0
        /// How long a dispossessed worker waits for its group to tell it so.
        var membership = 60.0
        /// How long batches on the way have to be published at a stop.
        var drain = 30.0
        /// Fencings in a row (a number) with which the worker ends.
        var fencings = 6
        /// Two fencings further apart are no row.
        var fencingSpan = 60.0
    }

    /// Where a worker stands in its life.
    enum State: Hashable, Sendable {
        /// Nothing has happened.
        case new
        /// The control thread sees to the claim and, where asked, the topics.
        case preparing(Attempt)
        /// The group is to give the worker its share.
        case joining
        /// The group has no partitions for the worker.
        case spare
        /// The control thread finds out where to read.
        case positioning(Attempt)
        /// What is polled goes to the pipeline.
        case flowing(Attempt)
        /// The pipeline does not take a batch; the partitions are paused.
        case stalled(Attempt)
        /// After a failure, until this time.
        case resting(until: Double)
        /// Another worker has the partitions; the group has until this time to say so.
        case dispossessed(until: Double)
        /// It is to stop; what is on the way has until this time.
        case draining(Attempt, until: Double)
        /// It is to stop, and its partitions went before all was drained.
        case leaving
        /// Nothing leads on from here.
        case ended(Ending)

        /// The attempt that is under way.
        var attempt: Attempt? {
            switch self {
            case .preparing(let attempt), .positioning(let attempt), .flowing(let attempt), .stalled(let attempt),
                .draining(let attempt, _):
                attempt
            case .new, .joining, .spare, .resting, .dispossessed, .leaving, .ended: nil
            }
        }
    }

    /// What a worker is in its group.
    enum Membership: Hashable, Sendable {
        /// It has no consumer.
        case outside
        /// Its consumer waits for a share.
        case joining
        /// It has its share, which may be no partition.
        case member
    }

    let limits: Limits

    // Changed by `take` alone.

    var state = State.new
    /// The newest number given.
    var attempt: Attempt = 0
    /// What is to be prepared before partitions can be positioned; nil where all is there.
    var preparation: Preparation? = .whole
    /// Whether a preparation has succeeded once: what is out of reach at a start ends it, later it is waited for.
    var hasPrepared = false
    var membership = Membership.outside
    /// The partitions that the group has given the worker.
    var assignment: Set<TopicPartition> = []
    /// Whether epochs were raised for this assignment.
    var isRaised = false
    /// Partitions that were misplaced, until they are positioned.
    var suspects: Set<TopicPartition> = []
    /// Whether a failure was told of and its end was not.
    var isTroubled = false
    var failures = FailureRow()
    var fencings = FencingRow()

    /// A life that has not begun.
    init(limits: Limits = Limits()) { self.limits = limits }

    /// The flow that takes what is polled now; nil where that is to be dropped. A batch goes to the pipeline if this is the
    /// same before its first poll and after its last.
    var takesInput: Attempt? {
        if case .flowing(let attempt) = state { attempt } else { nil }
    }

    /// When `time` will lead on, if nothing comes before.
    var deadline: Double? {
        switch state {
        case .resting(let until), .dispossessed(let until), .draining(_, let until): until
        case .leaving: -.infinity
        case .new, .preparing, .joining, .spare, .positioning, .flowing, .stalled, .ended: nil
        }
    }
}
