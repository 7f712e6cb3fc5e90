import Archive
package import Avro
import Foundation
import Ground
import Kafka
import Postgres
package import Service
import Survey

/// One worker of the stream: reads its share of the input topics, annotates, and publishes, exactly once.
///
/// The worker's own thread polls Kafka and answers rebalances; the stages of `StreamPipeline` do the work. After an
/// error that passes (a database that restarts, a transaction that was aborted) all that Kafka has not committed is read
/// again; the archive knows what it decided and stored before. Only this thread touches the worker's state.
package final class StreamWorker {
    let settings: StreamSettings
    let annotator: Annotator
    let registry: (any SchemaRegistry)?
    let framing: MessageFraming
    let log: Logger
    /// What has been counted so far; may be read from any thread while the worker runs.
    package let statistics: StreamStatistics
    let heartbeats: StreamHeartbeats

    /// Outlives the pipelines, which are made anew after trouble.
    let unreadable: UnreadableFields
    /// The largest message that the output topics take.
    var limits = MessageLimits(all: 0)
    /// Holds the claim on the worker's name; used by the polling thread only.
    var control: Archive?
    var pipeline: StreamPipeline?
    /// The assigned partitions must be positioned before anything that was polled of them is used.
    var mustPosition = false
    /// The group has no partitions for the worker, and whether there are any is not known.
    var mustLookForInput = false
    /// For each assigned partition the offset after the last message that was published, or where reading began.
    var published: [TopicPartition: Int64] = [:]
    /// The epochs under which the assigned partitions are this worker's.
    var epochs: [InputPartition: Int64] = [:]
    /// When the group first started with this database (milliseconds since 1970).
    var firstStart: Int64 = 0
    private var backoff = Backoff()
    /// Since when everything is in its place and there is no work, on the steady clock; nil where it is not so.
    private var idleSince: Double?
    /// On the steady clock.
    private var nextHousekeeping = 0.0
    /// The session that last held the claim.
    var formerClaim: AdvisoryLockHolder?

    /// A worker that has not started.
    package init(
        settings: StreamSettings,
        annotator: Annotator,
        registry: (any SchemaRegistry)?,
        framing: MessageFraming,
        statistics: StreamStatistics = StreamStatistics(),
        heartbeats: StreamHeartbeats = StreamHeartbeats(),
        log: Logger
    ) {
        self.settings = settings
        self.annotator = annotator
        self.registry = registry
        self.framing = framing
        self.statistics = statistics
        self.heartbeats = heartbeats
        self.log = log
        unreadable = UnreadableFields(statistics: statistics, log: log)
    }

    /// Runs until `shouldStop` says so, then publishes what is on the way and leaves the group.
    ///
    /// - Parameter shouldStop: asked several times a second on this thread.
    /// - Throws: `StreamError`, `KafkaError`, `PostgresError` or `ArchiveError` where the stream cannot start or go on.
    package func run(until shouldStop: () -> Bool) throws {
        try migrate()
        heartbeats.poll.beat()
        defer { heartbeats.poll.rest() }
        try openControl()
        try prepareTopics()
        while !shouldStop() {
            let consumer = try KafkaConsumer(inputKafka, group: settings.group, instance: instance, log: kafkaLog)
            consumer.delegate = self
            defer { consumer.close() }
            try consumer.subscribe(settings.inputTopics + (settings.inputPattern.map { [$0] } ?? []))
            try read(consumer, until: shouldStop)
        }
    }

    private func migrate() throws {
        defer { statistics.update { $0.isMigrating = false } }
        try Archive.migrate(settings.postgresURL, within: settings.limits.database.roundTrip) { step, name in
            statistics.update { $0.isMigrating = true }
            log.info("bringing the database to the present layout", ["step": .int(step), "name": .text(name)])
        }
    }

    /// Reads until it is time to stop, or the consumer is of no use any more and another must take its place.
    private func read(_ consumer: KafkaConsumer, until shouldStop: () -> Bool) throws {
        while !shouldStop() {
            do {
                try flow(consumer, until: shouldStop)
            } catch {
                guard try endure(error, consumer, until: shouldStop) else { return }
            }
        }
        finish(consumer)
    }

    /// One turn: a pipeline for what is assigned, a batch into it, and the accounts.
    private func flow(_ consumer: KafkaConsumer, until shouldStop: () -> Bool) throws {
        if let failure = pipeline?.failure { throw failure }
        if pipeline == nil, !consumer.assignment.isEmpty {
            let producer = try makeProducer()
            try position(consumer)
            pipeline = try makePipeline(producer, waking: consumer)
        }
        if let batch = try gather(consumer), let pipeline {
            try hand(batch, to: pipeline, consumer, until: shouldStop)
        }
        if SteadyClock.seconds >= nextHousekeeping { try keepHouse(consumer) }
    }

    /// Polls until a batch is full or its time is up; nil where there was nothing, or the partitions changed meanwhile.
    private func gather(_ consumer: KafkaConsumer) throws -> StreamBatch? {
        let started = SteadyClock.seconds
        var polled: [MessageBatch] = []
        var count = 0
        var bytes = 0
        var deadline = started + 0.1
        while count < settings.batchAlerts, bytes < settings.batchBytes {
            // In small helpings: what a message weighs is known only once it is here.
            heartbeats.poll.beat()
            let patience = max(0, deadline - SteadyClock.seconds)
            let messages = try consumer.poll(
                maximum: settings.batchAlerts - count,
                maximumBytes: min(StreamBatch.helping, settings.batchBytes - bytes),
                wait: .milliseconds(Int(patience * 1_000))
            )
            report(messages.events)
            if mustPosition { return nil }
            if !messages.isEmpty {
                if polled.isEmpty { deadline = SteadyClock.seconds + Double(settings.batchWait) * 1e-3 }
                count += messages.count
                bytes += messages.reduce(0) { $0 + StreamBatch.weight(of: $1) }
                polled.append(messages)
            }
            if SteadyClock.seconds >= deadline || (messages.isEmpty && pipeline?.failure != nil) { break }
        }
        statistics.spend(SteadyClock.seconds - started, in: .poll)
        guard count > 0 else { return nil }
        return StreamBatch(messages: polled, group: try consumer.groupMetadata())
    }

    /// Hands a batch to the pipeline. While an output or the database stalls, input waits: first without polling, then
    /// with the partitions paused, so that Kafka does not take the worker for dead.
    ///
    /// A batch that is not handed over when it is time to stop is read again by the next start.
    private func hand(
        _ batch: StreamBatch,
        to pipeline: StreamPipeline,
        _ consumer: KafkaConsumer,
        until shouldStop: () -> Bool
    ) throws {
        let patience = SteadyClock.seconds + settings.limits.stall / .seconds(1)
        while SteadyClock.seconds < patience, pipeline.failure == nil {
            heartbeats.poll.beat()
            if pipeline.accept(batch, within: .milliseconds(200)) { return }
            if shouldStop() { return }
        }
        if let failure = pipeline.failure { throw failure }
        log.warning("the stream stalls: input is paused", ["after": .describing(settings.limits.stall)])
        let paused = consumer.assignment
        try consumer.pause(paused)
        var accepted = false
        while !accepted, self.pipeline === pipeline, pipeline.failure == nil {
            heartbeats.poll.beat()
            report(try consumer.poll(maximum: 1, wait: .milliseconds(100)).events)
            accepted = self.pipeline === pipeline && pipeline.accept(batch, within: .milliseconds(200))
            if shouldStop() { return }
        }
        guard self.pipeline === pipeline else { return }
        if let failure = pipeline.failure { throw failure }
        // librdkafka drops what it had fetched of a paused partition and does not always find its place again.
        try consumer.seek(batch.nextOffsets, within: settings.limits.kafka)
        try consumer.resume(paused)
    }

    /// Once a second: what Kafka committed is told to the archive, lag is read.
    func keepHouse(_ consumer: KafkaConsumer) throws {
        nextHousekeeping = SteadyClock.seconds + (settings.embeddedKafka ? 0.05 : 1)
        try tellCommitted(consumer)
        lookForInput()
        let allIsDone = !mustPosition && statistics.snapshot.batchesInFlight == 0
        let lag = consumer.lag(behind: published, allIsDone: allIsDone).values.reduce(0, +)
        let assigned = consumer.assignment.count
        // Partitions count once it is settled, and remembered, where they are read from.
        let isPlaced = assigned == 0 || !mustPosition
        let now = SteadyClock.seconds
        idleSince = isIdle(consumer, lag: lag) ? idleSince ?? now : nil
        let isOver = backoff.isOver(lastCommit: statistics.snapshot.committedAt, idleSince: idleSince, now: now)
        statistics.update {
            $0.lag = lag
            guard isPlaced else { return }
            $0.assignedPartitions = assigned
            $0.isMember = consumer.isMember
        }
        if isOver {
            backoff.reset()
            statistics.update { $0.trouble = nil }
            log.info("the stream flows again")
        }
    }

    /// Whether everything is in its place and there is nothing to do.
    private func isIdle(_ consumer: KafkaConsumer, lag: Int64) -> Bool {
        guard control != nil, lag == 0, statistics.snapshot.batchesInFlight == 0 else { return false }
        return consumer.assignment.isEmpty ? consumer.isMember : pipeline != nil && !mustPosition
    }

    /// After an error that passes: gives up what is on the way, waits with the partitions paused, and lets the next
    /// turn start anew. Any other error is thrown.
    ///
    /// - Returns: whether the consumer is still of use.
    private func endure(_ error: any Error, _ consumer: KafkaConsumer, until shouldStop: () -> Bool) throws -> Bool {
        pipeline?.stop()
        pipeline = nil
        mustPosition = true
        idleSince = nil
        if backoff.mayBeOwnGhost(error) {
            log.warning("Kafka takes this worker for another of its name: it joins anew")
            _ = backoff.next(now: SteadyClock.seconds)
            return false
        }
        guard Trouble.passes(error) else { throw Trouble.final(error, worker: settings.worker) }
        let seconds = backoff.next(now: SteadyClock.seconds)
        let text = String(describing: error)
        // Why there is none was said before.
        if !(error is Trouble.NoDatabase) { statistics.update { $0.trouble = text } }
        log.warning("the stream starts again", ["error": .text(text), "after": "\(seconds) s"])
        if Trouble.isOfDatabase(error) { control = nil }
        let isUsable = try waitPaused(consumer, seconds: seconds, until: shouldStop)
        guard control == nil, !shouldStop() else { return isUsable }
        do {
            try openControl()
        } catch {
            log.warning("the database is out of reach", ["error": .describing(error)])
            statistics.update { $0.trouble = String(describing: error) }
            guard Trouble.passes(error) else { throw error }
        }
        return isUsable
    }

    /// Polls with all partitions paused, so that Kafka does not take the worker for dead.
    ///
    /// - Returns: whether the consumer is still of use.
    private func waitPaused(
        _ consumer: KafkaConsumer,
        seconds: Double,
        until shouldStop: () -> Bool
    ) throws -> Bool {
        let deadline = SteadyClock.seconds + seconds
        while SteadyClock.seconds < deadline, !shouldStop() {
            heartbeats.poll.beat()
            do {
                try consumer.pause(consumer.assignment)
                report(try consumer.poll(maximum: 1, wait: .milliseconds(100)).events)
            } catch let error as KafkaError {
                if error.isFatal, backoff.mayBeOwnGhost(error) || Trouble.passes(error) { return false }
                guard Trouble.passes(error) else { throw Trouble.final(error, worker: settings.worker) }
                log.warning("Kafka", ["error": .text(error.description)])
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        return true
    }

    private func finish(_ consumer: KafkaConsumer) {
        let done = pipeline?.drain(within: settings.limits.drain) ?? true
        try? tellCommitted(consumer)
        pipeline?.stop()
        pipeline = nil
        if !done {
            log.warning("stopped with batches on the way: the next start publishes them")
        }
    }

    func report(_ events: [ConsumerEvent]) {
        for event in events {
            switch event {
            case .partitionEnd: break
            case .partitionError(let partition, let error):
                log.warning(
                    "cannot read a partition",
                    ["partition": .text(partition.description), "error": .text(error.description)]
                )
            case .clientError(let error):
                log.warning("Kafka", ["error": .text(error.description)])
            }
        }
    }
}
