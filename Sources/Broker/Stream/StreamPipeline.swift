import Archive
import Ground
import Kafka
import Service
import Survey

/// The stages of the stream, each a thread of its own, with short queues between them: while one batch is published, the
/// next infers, the one after it joins, and a fourth is decoded.
///
/// The first error ends all stages. Batches on the way are given up, which costs nothing: what the database committed
/// stands there, and what it did not is read again. A pipeline is used until it fails or is finished, then made anew.
final class StreamPipeline: Sendable {
    private let arriving = BoundedQueue<StreamBatch>(capacity: 1)
    private let decoded = BoundedQueue<StreamBatch>(capacity: 1)
    private let joined = BoundedQueue<StreamBatch>(capacity: 1)
    private let stored = BoundedQueue<StreamBatch>(capacity: 1)
    private let freeArchives = BoundedQueue<ThreadConfined<Archive>>(capacity: 2)
    private let statistics: StreamStatistics
    private let heartbeats: StreamHeartbeats
    /// Called from a stage's thread when a batch is done or the pipeline has failed.
    private let wake: @Sendable () -> Void

    private struct State: Sendable {
        var inFlight: [StreamBatch] = []
        var runningThreads = 0
        var firstError: (any Error)?
        var unmarked: [CommittedOffsets] = []
        var published: [TopicPartition: Int64] = [:]
    }

    private let state = Guarded(State())

    /// Starts the stages. Two archives let one batch join while the one before it infers.
    init(
        decode: DecodeStage,
        join: JoinStage,
        answer: AnswerStage,
        publish: PublishStage,
        archives: [ThreadConfined<Archive>],
        statistics: StreamStatistics,
        heartbeats: StreamHeartbeats,
        wake: @escaping @Sendable () -> Void
    ) {
        self.statistics = statistics
        self.heartbeats = heartbeats
        self.wake = wake
        for archive in archives { _ = freeArchives.append(archive) }
        startDecoding(decode)
        startJoining(join)
        startAnswering(answer)
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

    /// What Kafka has committed and the archive has not been told of; the caller tells it.
    func takeUnmarked() -> [CommittedOffsets] {
        state.change { state in
            defer { state.unmarked = [] }
            return state.unmarked
        }
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

    private func startJoining(_ stage: JoinStage) {
        let heartbeat = heartbeats.join
        start("join", heartbeat) { [self] in
            while let batch = decoded.next(beating: heartbeat),
                let archive = freeArchives.next(beating: heartbeat)
            {
                let started = SteadyClock.seconds
                batch.archive = archive
                try beating(heartbeat, in: archive.value) { try stage.join(batch, in: archive.value) }
                let waited = (batch.open?.lockWait ?? .zero) / .seconds(1)
                statistics.spend(SteadyClock.seconds - started - waited, in: .join)
                guard joined.append(batch, beating: heartbeat) else {
                    batch.open?.rollback()
                    return
                }
            }
        }
    }

    private func startAnswering(_ stage: AnswerStage) {
        let heartbeat = heartbeats.answer
        start("answer", heartbeat) { [self] in
            while let batch = joined.next(beating: heartbeat), let archive = batch.archive {
                do {
                    try beating(heartbeat, in: archive.value) { try stage.answer(batch, raising: takeUnmarked()) }
                } catch {
                    heartbeat.beat()
                    batch.open?.rollback()
                    throw error
                }
                _ = freeArchives.append(archive, beating: heartbeat)
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
                    $0.unmarked += batch.offsets
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

    /// Does a stage's work in the database, with a sign of life at each round trip. Between the stages an archive has none:
    /// whoever rolls it back then is no stage.
    private func beating(_ heartbeat: Heartbeat, in archive: Archive, _ body: () throws -> Void) rethrows {
        archive.onRoundTrip = { heartbeat.beat() }
        defer { archive.onRoundTrip = nil }
        try body()
    }

    private func fail(_ error: any Error) {
        state.change { if $0.firstError == nil { $0.firstError = error } }
        for queue in [arriving, decoded, stored] { queue.cancel() }
        // The next batch may be waiting in the database for the locks of these: rolled back, they let it go on and end.
        for batch in joined.cancel() { batch.open?.rollback() }
        freeArchives.cancel()
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
