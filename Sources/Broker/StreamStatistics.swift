import Ground
package import Sky
import Synchronization

/// Counts and times of a stream, readable from any thread while it runs.
package final class StreamStatistics: Sendable {
    /// What has been counted up to one moment.
    package struct Snapshot: Sendable {
        /// Messages whose outcome is final and committed in both stores.
        package var outcomes = OutcomeCounts()
        /// All of them.
        package var consumed: Int64 { outcomes.consumed }
        /// Messages below the committed mark of their own position: nothing goes out, the first outcome stays.
        package var replays: Int64 = 0
        /// Annotated alerts whose id was known with another time, private ones not among them.
        package var conflicting: Int64 = 0
        /// Stored answers that went out again after a crash between the two commits, private ones not among them.
        package var republished: Int64 = 0
        /// Annotated alerts by their deciding node; alerts without a decision count under the empty string. What is not
        /// public does not count: anybody may read the metrics.
        package var decisions: [String: Int64] = [:]
        /// Dead letters by code, without those of what is not public.
        package var deadLetterCodes: [String: Int64] = [:]
        /// Points of the annotated alerts' joined light curves, private ones not among them: what the model's work grows
        /// with.
        package var lightCurvePoints: Int64 = 0
        /// Optional fields of writers' schemas that cannot be read, each counted once a schema.
        package var unreadableFields: Int64 = 0
        /// Batches committed.
        package var batches: Int64 = 0
        /// Seconds of work by stage, waiting for the neighbours excluded.
        package var seconds: [Stage: Double] = [:]
        /// Microseconds since 1970 when the first messages were taken from Kafka, 0 before.
        package var firstReceived: Int64 = 0
        /// Microseconds since 1970 of the last commit in both stores, 0 before the first.
        package var lastCommit: Int64 = 0
        /// The same in seconds of the steady clock, nil before the first: what is decided by it holds when the time of day
        /// is set.
        package var committedAt: Double?
        /// Messages between what is committed and the end of the assigned partitions.
        package var lag: Int64 = 0
        /// Batches that were taken from Kafka and are not committed.
        package var batchesInFlight: Int = 0
        /// For how long there has been work without a commit.
        package internal(set) var work = WorkClock()
        /// Whether the worker is a member of its consumer group.
        package var isMember = false
        /// Whether the database is being brought to the present layout.
        package var isMigrating = false
        /// Whether there is an input topic; asked only when the group has no partitions for the worker.
        package var hasInput = false
        /// Partitions that this worker holds.
        package var assignedPartitions: Int = 0
        /// Why the stream is not flowing, nil while it is.
        package var trouble: String?

        mutating func observeWork(now: Double) {
            work.observe(hasWork: batchesInFlight > 0 || lag > 0, commits: batches, now: now)
        }
    }

    /// The stages of a batch.
    package enum Stage: String, Sendable, CaseIterable {
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
    package init() {}

    /// What has been counted so far.
    package var snapshot: Snapshot {
        state.withLock { $0 }
    }

    /// Is told after each commit how long the batch's messages took, from Kafka's timestamp of the input to the commit of
    /// the output, in seconds.
    package func onLatency(_ observer: @escaping @Sendable (_ seconds: [Double]) -> Void) {
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
