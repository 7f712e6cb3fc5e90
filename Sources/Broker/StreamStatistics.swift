import Ground
public import Sky
import Synchronization

/// Counts and times of a stream, readable from any thread while it runs.
public final class StreamStatistics: Sendable {
    /// What has been counted up to one moment.
    public struct Snapshot: Sendable {
        /// Messages whose outcome is final and committed in both stores.
        public var outcomes = OutcomeCounts()
        /// All of them.
        public var consumed: Int64 { outcomes.consumed }
        /// Messages below the committed mark of their own position: nothing goes out, the first outcome stays.
        public var replays: Int64 = 0
        /// Annotated alerts whose id was known with another time.
        public var conflicting: Int64 = 0
        /// Stored answers that went out again after a crash between the two commits.
        public var republished: Int64 = 0
        /// Annotated alerts by their deciding node; alerts without a decision count under the empty string. What is not
        /// public does not count: anybody may read the metrics.
        public var decisions: [String: Int64] = [:]
        /// Dead letters by code, without those of what is not public.
        public var deadLetterCodes: [String: Int64] = [:]
        /// Optional fields of writers' schemas that cannot be read, each counted once a schema.
        public var unreadableFields: Int64 = 0
        /// Batches committed.
        public var batches: Int64 = 0
        /// Seconds of work by stage, waiting for the neighbours excluded.
        public var seconds: [Stage: Double] = [:]
        /// Microseconds since 1970 when the first messages were taken from Kafka, 0 before.
        public var firstReceived: Int64 = 0
        /// Microseconds since 1970 of the last commit in both stores, 0 before the first.
        public var lastCommit: Int64 = 0
        /// Messages between what is committed and the end of the assigned partitions.
        public var lag: Int64 = 0
        /// Batches that were taken from Kafka and are not committed.
        public var batchesInFlight: Int = 0
        /// For how long there has been work without a commit.
        public internal(set) var work = WorkClock()
        /// Whether the worker is a member of its consumer group.
        public var isMember = false
        /// Whether the database is being brought to the present layout.
        public var isMigrating = false
        /// Whether there is an input topic; asked only when the group has no partitions for the worker.
        public var hasInput = false
        /// Partitions that this worker holds.
        public var assignedPartitions: Int = 0
        /// Why the stream is not flowing, nil while it is.
        public var trouble: String?

        mutating func observeWork(now: Double) {
            work.observe(hasWork: batchesInFlight > 0 || lag > 0, commits: batches, now: now)
        }
    }

    /// The stages of a batch.
    public enum Stage: String, Sendable, CaseIterable {
        /// Waiting for and taking messages from Kafka.
        case poll
        /// Packets to alerts.
        case decode
        /// First writes and the join in PostgreSQL.
        case join
        /// The model and its neighbours.
        case infer
        /// Encoding, storing and committing in PostgreSQL.
        case store
        /// The Kafka transaction.
        case publish
    }

    private let state = Mutex(Snapshot())
    private let latencyObservers = Mutex<[@Sendable (_ seconds: [Double]) -> Void]>([])

    /// Statistics with nothing counted.
    public init() {}

    /// What has been counted so far.
    public var snapshot: Snapshot {
        state.withLock { $0 }
    }

    /// Is told after each commit how long the batch's messages took, from Kafka's timestamp of the input to the commit of
    /// the output, in seconds.
    public func onLatency(_ observer: @escaping @Sendable (_ seconds: [Double]) -> Void) {
        latencyObservers.withLock { $0.append(observer) }
    }

    func tellLatency(_ seconds: [Double]) {
        for observer in latencyObservers.withLock({ $0 }) { observer(seconds) }
    }

    func update(_ change: (inout Snapshot) -> Void) {
        state.withLock {
            change(&$0)
            $0.observeWork(now: SteadyClock.seconds)
        }
    }

    func spend(_ seconds: Double, in stage: Stage) {
        state.withLock { $0.seconds[stage, default: 0] += seconds }
    }
}
