import Archive
import Ground
import Kafka
import Service
import Survey

/// The stages of the stream, each a thread of its own, with short queues between them: while one batch is published, the
/// next is stored, the one after it infers, a fourth is decided and a fifth decoded.
///
/// The first error ends all stages. Batches on the way are given up, which costs nothing: what was decided and what was stored
/// stands in the database, and what was not is read again. A pipeline is used until it fails or is finished, then made anew.
final class StreamPipeline: Sendable {
    private let arriving = BoundedQueue<StreamBatch>(capacity: 1)
    private let decoded = BoundedQueue<StreamBatch>(capacity: 1)
    private let decided = BoundedQueue<StreamBatch>(capacity: 1)
    private let answered = BoundedQueue<StreamBatch>(capacity: 1)
    private let stored = BoundedQueue<StreamBatch>(capacity: 1)
    private let statistics: StreamStatistics
    private let heartbeats: StreamHeartbeats
    /// Called from a stage's thread when a batch is done or the pipeline has failed.
    private let wake: @Sendable () -> Void

    private struct State: Sendable {
        var inFlight: [StreamBatch] = []
        var runningThreads = 0
        var firstError: (any Error)?
        /// What Kafka has committed and the archive has not been told of, numbered in the order in which it came.
        var unmarked: [(number: Int, offsets: CommittedOffsets)] = []
        var marked = 0
        var published: [TopicPartition: Int64] = [:]
    }

    private let state = Guarded(State())

    /// Starts the stages. Two archives let one batch be decided while another is stored.
    init(
        decode: DecodeStage,
        decide: DecideStage,
        answer: AnswerStage,
        store: StoreStage,
        publish: PublishStage,
        deciding: ThreadConfined<Archive>,
        storing: ThreadConfined<Archive>,
        statistics: StreamStatistics,
        heartbeats: StreamHeartbeats,
        wake: @escaping @Sendable () -> Void
    ) {
        self.statistics = statistics
        self.heartbeats = heartbeats
        self.wake = wake
        startDecoding(decode)
        startDeciding(decide, in: deciding)
        startAnswering(answer)
        startStoring(store, in: storing)
        startPublishing(publish)
    }

    /// The error that ended the pipeline, nil while it works.
    var failure: (any Error)? { state.now.firstError }

    /// Takes a batch, waiting while the first queue is full, at the most as long as `limit`.
    func accept(_ batch: StreamBatch, within limit: Duration) -> Bool {
        state.change {
            $0.inFlight.append(batch)
            tellInFlight($0)
        }
        if arriving.append(batch, within: limit) { return true }
        remove(batch)
        return false
    }

    /// Waits until every batch that was accepted is published; the polling thread beats meanwhile.
    /// - Returns: whether that came to be within the time and without a failure.
    func drain(within limit: Duration) -> Bool {
        state.wait(atMost: limit, beating: heartbeats.poll) { state -> Bool? in
            if state.firstError != nil { return false }
            return state.inFlight.isEmpty ? true : nil
        } ?? false
    }

    /// Ends the stages and waits for their threads, which the polling thread outlives; batches on the way are given up.
    func stop() {
        heartbeats.poll.beat()
        fail(CancellationError())
        state.wait(beating: heartbeats.poll) { state -> Void? in
            guard state.runningThreads == 0 else { return nil }
            state.inFlight = []
            tellInFlight(state)
            return ()
        }
    }

    /// Tells the archive what Kafka has committed. What it does not take stays to be told.
    func tellUnmarked(_ tell: ([CommittedOffsets]) throws -> Void) rethrows {
        let unmarked = state.now.unmarked
        try tell(unmarked.map(\.offsets))
        guard let last = unmarked.last?.number else { return }
        state.change { $0.unmarked.removeAll { $0.number <= last } }
    }

    /// Offsets published since the last call.
    func takePublished() -> [TopicPartition: Int64] {
        state.change { state in
            defer { state.published = [:] }
            return state.published
        }
    }

    // MARK: Stages

    private func startDecoding(_ stage: DecodeStage) {
        let heartbeat = heartbeats.decode
        start("decode", heartbeat) { [self] in
            let crew = DecodeCrew(stage, heartbeat)
            defer { crew.stop() }
            while let batch = arriving.next(beating: heartbeat) {
                let started = SteadyClock.seconds
                try crew.decode(batch)
                statistics.spend(SteadyClock.seconds - started, in: .decode)
                guard decoded.append(batch, beating: heartbeat) else { return }
            }
        }
    }

    private func startDeciding(_ stage: DecideStage, in archive: ThreadConfined<Archive>) {
        let heartbeat = heartbeats.decide
        start("decide", heartbeat) { [self] in
            archive.value.onRoundTrip = { heartbeat.beat() }
            while let batch = decoded.next(beating: heartbeat) {
                let started = SteadyClock.seconds
                try tellUnmarked { try stage.decide(batch, in: archive.value, telling: $0) }
                statistics.spend(SteadyClock.seconds - started, in: .join)
                guard decided.append(batch, beating: heartbeat) else { return }
            }
        }
    }

    private func startAnswering(_ stage: AnswerStage) {
        let heartbeat = heartbeats.answer
        start("answer", heartbeat) { [self] in
            while let batch = decided.next(beating: heartbeat) {
                try stage.answer(batch)
                guard answered.append(batch, beating: heartbeat) else { return }
            }
        }
    }

    private func startStoring(_ stage: StoreStage, in archive: ThreadConfined<Archive>) {
        let heartbeat = heartbeats.store
        start("store", heartbeat) { [self] in
            archive.value.onRoundTrip = { heartbeat.beat() }
            while let batch = answered.next(beating: heartbeat) {
                try stage.store(batch, in: archive.value)
                guard stored.append(batch, beating: heartbeat) else { return }
            }
        }
    }

    private func startPublishing(_ stage: PublishStage) {
        let heartbeat = heartbeats.publish
        start("publish", heartbeat) { [self] in
            while let batch = stored.next(beating: heartbeat) {
                try stage.publish(batch)
                state.change {
                    for offsets in batch.offsets {
                        $0.marked += 1
                        $0.unmarked.append(($0.marked, offsets))
                    }
                    $0.published.merge(batch.nextOffsets) { max($0, $1) }
                }
                remove(batch)
                wake()
            }
        }
    }

    private func start(_ name: String, _ heartbeat: Heartbeat, _ body: @escaping @Sendable () throws -> Void) {
        state.change { $0.runningThreads += 1 }
        DedicatedThread.start(name: "trifid-\(name)") { [self] in
            heartbeat.beat()
            do { try body() } catch {
                heartbeat.beat()
                fail(error)
            }
            heartbeat.rest()
            state.change { $0.runningThreads -= 1 }
        }
    }

    private func fail(_ error: any Error) {
        state.change { if $0.firstError == nil { $0.firstError = error } }
        for queue in [arriving, decoded, decided, answered, stored] { queue.cancel() }
        wake()
    }

    private func remove(_ batch: StreamBatch) {
        state.change {
            $0.inFlight.removeAll { $0 === batch }
            tellInFlight($0)
        }
    }

    /// Called while the state is held, so that the counts come in order.
    private func tellInFlight(_ state: State) {
        let count = state.inFlight.count
        statistics.update { $0.batchesInFlight = count }
    }
}
