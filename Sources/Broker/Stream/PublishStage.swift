import Archive
import Ground
import Kafka
import Service
import Sky

/// One Kafka transaction a batch: the outputs and the input offsets together, in the order of the batches.
struct PublishStage {
    let producer: TransactionalProducer
    let statistics: StreamStatistics
    /// Beats before each call, of which none takes longer than the producer's patience.
    let heartbeat: Heartbeat

    /// - Throws: `KafkaError`; the transaction is then aborted or its outcome unknown. The batch stands in the database,
    ///   so that reading it again publishes what is stored, or finds it published.
    func publish(_ batch: StreamBatch) throws {
        let started = SteadyClock.seconds
        try producer.begin()
        do {
            for output in batch.outputs {
                for topic in output.topics {
                    heartbeat.beat()
                    try producer.produce(topic, key: output.key, value: output.value, headers: output.headers)
                }
            }
            heartbeat.beat()
            try producer.sendOffsets(batch.nextOffsets, group: batch.group)
            heartbeat.beat()
            try producer.commit()
        } catch let error as KafkaError {
            heartbeat.beat()
            if !error.isFatal, !error.isOutcomeUnknown { try? producer.abort() }
            throw error
        }
        let now = WallClock.microseconds
        statistics.update { snapshot in
            add(batch, to: &snapshot, at: now)
        }
        statistics.tellLatency(batch.rows.map { max(0, Double(now) * 1e-6 - Double($0.position.timestamp) * 1e-3) })
        statistics.spend(SteadyClock.seconds - started, in: .publish)
    }

    private func add(_ batch: StreamBatch, to snapshot: inout StreamStatistics.Snapshot, at now: Int64) {
        let counts = batch.counts
        snapshot.outcomes += counts.outcomes
        snapshot.replays += counts.replays
        snapshot.conflicting += counts.conflicting
        snapshot.republished += counts.republished
        snapshot.decisions.merge(counts.decisions, uniquingKeysWith: +)
        snapshot.deadLetterCodes.merge(counts.deadLetterCodes, uniquingKeysWith: +)
        snapshot.lightCurvePoints += counts.lightCurvePoints
        snapshot.batches += 1
        if snapshot.firstReceived == 0 { snapshot.firstReceived = batch.received }
        snapshot.lastCommit = now
        snapshot.committedAt = SteadyClock.seconds
    }
}
