import Kafka

extension WorkerLife {
    /// What has happened to a worker. What a thread reports of work that it was given carries that work's number.
    enum Event: Hashable, Sendable {
        /// The worker begins.
        case start
        /// The claim is held and the topics are known.
        case prepared(Attempt)

        /// The group has given the worker these partitions, all that it has now; none makes it a spare one.
        case assigned(Set<TopicPartition>)
        /// The group takes the worker's partitions back, to share them out anew.
        case revoked
        /// The group has dropped the worker: another one may read its partitions already.
        case lost

        /// The epochs of the partitions are this worker's, whatever becomes of the rest of the positioning.
        case raised(Attempt)
        /// For each partition of the positioning the offset to read first. All that a flow needs is ready.
        case positioned(Attempt, [TopicPartition: Int64])

        /// A batch was not taken for as long as input may stall.
        case stalled(Attempt)
        /// The batch was taken after all; for each assigned partition the offset to read next.
        case moved(Attempt, [TopicPartition: Int64])
        /// A batch is committed in both stores.
        case committed(Attempt)
        /// All that the partitions hold is committed.
        case caughtUp(Attempt)
        /// Nothing is on the way any more, and the archive knows what was committed.
        case drained(Attempt)

        /// Something has failed: the work of an attempt, or (nil) the consumer or the session that holds the claim.
        case failed(Attempt?, Failure)
        /// Time has passed; reported after each poll.
        case time
        /// The worker is to stop.
        case stopping
    }

    /// A failure, by what must follow.
    enum Failure: Hashable, Sendable {
        /// It passes: the stream starts again after a rest, and what of it was broken is made anew first.
        case passing(of: Part)
        /// The group takes the worker for another one of its name, and the consumer is of no use any more. It may be its own
        /// ghost, where Kafka went away in the middle of a rebalance, or another process.
        case fencedMember
        /// The producer's id was taken over: by another process, or by the coordinator, which does so when a transaction
        /// outlasts its time because the worker was suspended or cut off.
        case fencedProducer
        /// Partitions are not where they were thought to be: an offset that is not held any more, a message before the one
        /// that was sought, a topic that is gone or was made anew. Where `isSeekable` is false librdkafka cannot seek in
        /// them, and only a new consumer can.
        case misplaced(Set<TopicPartition>, isSeekable: Bool)
        /// Another worker has raised the epoch of a partition: the group has moved it, and this worker has not heard yet.
        case dispossessed
        /// The claim on the worker's name is held by a session that this process opened itself and that died without the
        /// server's notice. (One of another process is `final`.)
        case heldByOwnSession
        /// It does not pass: another process holds the name, the principal may not write, a setting is refused.
        case final
    }

    /// What a passing failure has broken.
    enum Part: Hashable, Sendable, CaseIterable {
        /// The connections to the database, with them the claim.
        case database
        /// A topic that is written to is not there, or takes less than it did.
        case topics
        /// The consumer. Whatever `poll` throws is of this kind.
        case consumer
        /// None that lasts longer than the flow: Kafka or the schema registry out of reach, an aborted transaction.
        case flow
    }
}
