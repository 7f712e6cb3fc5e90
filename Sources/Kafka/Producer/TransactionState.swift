/// The life of a transactional producer, as a value: which call is allowed when, and what follows from each outcome.
/// ``TransactionalProducer`` makes the calls.
///
/// The triage is librdkafka's (INTRODUCTION.md, "Transactional error handling"): fatal, then abortable, then
/// retriable, and what is none of them counts as fatal. One thing is stricter here: a commit that neither succeeded
/// nor failed for certain, a timeout above all, is never made again on the same instance. The transaction protocol
/// lets delayed messages of an earlier attempt act on a later transaction; a new instance fences them off, and the
/// group's committed offsets then tell what became of the transaction.
struct TransactionState: Equatable, Sendable {
    enum Phase: Hashable, Sendable {
        /// Made, not registered with the coordinator yet.
        case fresh
        /// Registered, with no transaction open.
        case ready
        /// A transaction is open and sound.
        case open
        /// A transaction is open and can only be aborted.
        case mustAbort
        /// Of no use any more: a new instance must take its place.
        case ended
    }

    enum Call: String, CaseIterable, Sendable {
        case initialise = "start the transactional producer"
        case begin = "begin a transaction"
        case produce = "produce a message"
        case sendOffsets = "send offsets with a transaction"
        case commit = "commit a transaction"
        case abort = "abort a transaction"
    }

    /// How a call has failed.
    enum Failure: CaseIterable, Sendable {
        case fatal, abortable, retriable, timedOut, other
    }

    /// What follows from a call's outcome.
    enum Action: Hashable, Sendable {
        /// It is done.
        case proceed
        /// Make the same call again after this pause.
        case again(after: Duration)
        /// Tell the caller, who may make the call again; nothing has changed.
        case report
        /// Tell the caller, who must abort.
        case abort
        /// Tell the caller, who must make another instance.
        case recreate(isOutcomeUnknown: Bool)
    }

    private(set) var phase = Phase.fresh
    /// Attempts of the present call that have failed and may be repeated.
    private var attempts = 0
    /// How long one call may take with all its repetitions.
    let patience: Duration

    init(patience: Duration) { self.patience = patience }

    /// How long a call may take with all its repetitions. An abort that takes long is better left to the next instance,
    /// which makes it for certain: while it hangs, the caller stands still.
    func patience(for call: Call) -> Duration {
        call == .abort ? min(patience, .seconds(10)) : patience
    }

    func allows(_ call: Call) -> Bool {
        switch (phase, call) {
        case (.fresh, .initialise), (.ready, .begin), (.open, .produce), (.open, .sendOffsets), (.open, .commit),
            (.open, .abort), (.mustAbort, .abort):
            true
        default: false
        }
    }

    /// Records that an allowed call has succeeded.
    mutating func succeeded(_ call: Call) {
        attempts = 0
        switch call {
        case .initialise, .commit, .abort: phase = .ready
        case .begin: phase = .open
        case .produce, .sendOffsets: break
        }
    }

    /// Records that a message of the open transaction could not be delivered: it can no longer be committed.
    mutating func deliveryFailed() {
        if phase == .open { phase = .mustAbort }
    }

    /// Records that an allowed call has failed, `elapsed` after its first attempt.
    mutating func failed(_ call: Call, _ failure: Failure, elapsed: Duration) -> Action {
        switch failure {
        case .fatal: end(call)
        case .abortable: rollBack(call)
        case .timedOut where call == .commit: end(call)
        case .retriable, .timedOut: repeatOrGiveUp(call, elapsed: elapsed)
        // A message that the client does not take (too large, unknown partition) changes nothing.
        case .other where call == .produce: keep()
        case .other: end(call)
        }
    }

    private mutating func repeatOrGiveUp(_ call: Call, elapsed: Duration) -> Action {
        let pause = min(Duration.milliseconds(50) * (1 << min(attempts, 6)), .seconds(2))
        guard elapsed + pause < patience(for: call) else {
            return switch call {
            case .initialise, .begin, .produce: keep()
            case .sendOffsets: rollBack(call)
            // Whether the commit will happen is open; that an abort will is sure, for the next instance makes it.
            case .commit, .abort: end(call)
            }
        }
        attempts += 1
        return .again(after: pause)
    }

    private mutating func keep() -> Action {
        attempts = 0
        return .report
    }

    private mutating func rollBack(_ call: Call) -> Action {
        switch call {
        case .initialise, .abort: return end(call)
        case .begin, .produce, .sendOffsets, .commit:
            attempts = 0
            phase = .mustAbort
            return .abort
        }
    }

    private mutating func end(_ call: Call) -> Action {
        attempts = 0
        phase = .ended
        return .recreate(isOutcomeUnknown: call == .commit)
    }
}
