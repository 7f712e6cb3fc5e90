import Kafka

extension WorkerLife {
    /// What is to be done. None of it needs an answer before the next one is done; what takes long goes to another thread,
    /// which reports an event.
    enum Action: Hashable, Sendable {
        /// On the control thread: what the preparation asks for. Then `prepared`, or `failed`.
        case prepare(Attempt, Preparation)
        /// On the control thread: at the database server, the sessions that this process opened and that hold its claim are
        /// ended, told from others by process number and start.
        case endFormerSessions
        /// A consumer is made, as a static member of the group (`group.instance.id`), and subscribed.
        case join
        /// The consumer is closed, if there is one. A static member keeps its partitions in the group: one that joins again
        /// before its session's time is over gets them back, and no other member is disturbed.
        case leave

        /// What is polled of these partitions is of no use, and must not be fetched.
        case pause(Set<TopicPartition>)
        /// Reading goes on at these offsets.
        case seek([TopicPartition: Int64])
        /// These partitions, just sought, are read again.
        case resume(Set<TopicPartition>)

        /// On the control thread: when the pipeline before has let go, a new producer (which ends the open transaction of the
        /// one before), epochs, what was published, where to read. Then `raised` and `positioned`, or `failed`.
        ///
        /// - `isFresh`: of this assignment no epochs were raised yet, so that whichever stand are raised; else only the
        ///   worker's own, and others mean that it is dispossessed.
        /// - `suspects`: partitions whose topics may have been made anew.
        case position(Attempt, Set<TopicPartition>, isFresh: Bool, suspects: Set<TopicPartition>)
        /// A pipeline starts, with what the positioning has made ready.
        case flow(Attempt)
        /// The pipeline finishes what is on the way, the control thread tells the archive; then `drained`.
        case drain(Attempt)
        /// All that belongs to the attempt, whatever there is of it, is told to end and to let go. Nobody waits for it:
        /// what it still does is refused by epoch, owner and generation, what it still reports is not heard.
        case abandon(Attempt)
        /// On the control thread: whether an input topic exists, asked until it is known or partitions come.
        case lookForInput

        /// To the log and the statistics.
        case say(Remark)
        /// The worker's life is over. Always last.
        case end(Ending)
    }

    /// What must be there before partitions are positioned.
    enum Preparation: Hashable, Sendable {
        /// A session with the claim on the worker's name.
        case claim
        /// The database's layout, the claim, the checks of inputs and outputs, the output topics and what they take.
        case whole
    }

    /// What is to be said of a decision.
    enum Remark: Hashable, Sendable {
        /// There is trouble; the stream starts again after so many seconds.
        case startsAgain(after: Double)
        /// The trouble is over: a batch was committed, or there is nothing to be done.
        case recovered
        /// Input is paused until a batch is taken.
        case stalls
        /// Another worker has taken the partitions over, and so many seconds are given to the group to say so.
        case dispossessed(patience: Double)
    }

    /// How a life has ended.
    enum Ending: Hashable, Sendable {
        /// As asked. Where not all was drained, the next start publishes the rest.
        case stopped(isDrained: Bool)
        /// By the failure that was reported last.
        case failed
        /// Another process goes by this worker's name, again and again.
        case fenced
    }
}
