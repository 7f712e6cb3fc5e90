import Kafka

@testable import Broker

/// What stands around a worker's life when all its actions were carried out as they say, and what they may not ask of it.
struct LifeWorld: Hashable {
    /// A rule that an action has broken.
    struct Breach: Error, CustomStringConvertible {
        let description: String
    }

    var hasConsumer = false
    /// As the group has given it.
    var assignment: Set<TopicPartition> = []
    var paused: Set<TopicPartition> = []
    /// Sought since they were paused.
    var sought: Set<TopicPartition> = []
    /// Epochs were raised for this assignment.
    var isRaised = false
    /// Another worker has the partitions, and the group has not said anything since.
    var isDispossessed = false
    /// The claim on the worker's name, as far as it was told of.
    var hasClaim = false
    /// What was begun last and not abandoned: work for the control thread, or the flow that came of it.
    var work: WorkerLife.Attempt?
    var isPreparing = false
    var isFlowing = false
    var newest: WorkerLife.Attempt = 0
    var isStopping = false
    var hasEnded = false

    /// What an event changes by itself, before the life hears of it.
    mutating func happens(_ event: WorkerLife.Event) {
        switch event {
        case .assigned(let partitions) where hasConsumer:
            share(partitions)
        case .revoked where hasConsumer, .lost where hasConsumer: share([])
        case .raised(work) where work != nil && !isPreparing && !isFlowing: isRaised = true
        case .prepared(work) where isPreparing: (hasClaim, work, isPreparing) = (true, nil, false)
        case .failed(nil, .passing(of: .database)), .failed(work, .passing(of: .database)): hasClaim = false
        case .stopping: isStopping = true
        default: break
        }
    }

    /// The group speaks.
    private mutating func share(_ partitions: Set<TopicPartition>) {
        (assignment, paused, sought) = (partitions, [], [])
        (isRaised, isDispossessed) = (false, false)
    }

    mutating func carryOut(_ action: WorkerLife.Action) throws {
        try require(!hasEnded, "an action after the end")
        switch action {
        case .prepare(let attempt, _):
            try begin(attempt)
            isPreparing = true
        case .position(let attempt, let partitions, let isFresh, let suspects):
            try require(hasClaim, "a positioning without the claim")
            try require(!isDispossessed, "epochs raised by one who was dispossessed")
            try require(isFresh == !isRaised, "epochs raised twice for an assignment, or not at all")
            try require(hasConsumer && !partitions.isEmpty && partitions == assignment, "not what is assigned")
            try require(suspects.isSubset(of: partitions), "a suspect that is not assigned")
            try require(paused == assignment, "a positioning of what is being read")
            try begin(attempt)
        case .flow(let attempt):
            try require(attempt == work && !isFlowing, "a flow of another attempt, or a second one")
            isFlowing = true
        case .drain(let attempt): try require(attempt == work && isFlowing, "nothing to drain")
        case .abandon(let attempt):
            try require(attempt == work, "nothing to abandon")
            (work, isPreparing, isFlowing) = (nil, false, false)
        case .join, .leave, .pause, .seek, .resume: try call(action)
        case .lookForInput: try require(assignment.isEmpty, "a look for input where there is some")
        case .end:
            try require(!isFlowing && work == nil && !hasConsumer, "an end that leaves something behind")
            hasEnded = true
        case .say(.dispossessed): isDispossessed = true
        case .endFormerSessions, .say: break
        }
    }

    /// What is asked of the consumer.
    private mutating func call(_ action: WorkerLife.Action) throws {
        switch action {
        case .join:
            try require(!hasConsumer, "a second consumer")
            hasConsumer = true
        case .leave:
            try require(!isFlowing, "a flow that outlives its membership")
            hasConsumer = false
            share([])
        case .pause(let partitions):
            try require(partitions.isSubset(of: assignment), "a pause outside of the assignment")
            paused.formUnion(partitions)
            sought.subtract(partitions)
        case .seek(let offsets):
            try require(paused.isSuperset(of: offsets.keys), "a seek outside of the assignment, or of what is read")
            sought.formUnion(offsets.keys)
        case .resume(let partitions):
            try require(partitions.isSubset(of: assignment), "a resume outside of the assignment")
            try require(partitions.isSubset(of: sought), "a resume where nothing was sought")
            paused.subtract(partitions)
        default: break
        }
    }

    private mutating func begin(_ attempt: WorkerLife.Attempt) throws {
        try require(attempt > newest, "a number that was used")
        try require(!isFlowing, "new work beside a flow")
        (newest, work) = (attempt, attempt)
    }

    private func require(_ holds: Bool, _ breach: String) throws {
        if !holds { throw Breach(description: breach) }
    }
}
