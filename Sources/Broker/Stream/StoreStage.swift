import Archive
import Ground
import Kafka
import Service
import Sky

/// The second of a batch's two database transactions: the answers, after which whoever reads the messages again publishes these,
/// and what goes out is assembled.
///
/// What was answered before and does not fit its topics any more is shortened here: the archive holds what goes out.
struct StoreStage {
    let assembly: OutputAssembly
    let statistics: StreamStatistics
    let log: Logger

    /// - Throws: `ArchiveError`, `PostgresError`: the answers are owed still; `StreamError` where what was stored before fits no
    ///   topic.
    func store(_ batch: StreamBatch, in archive: Archive) throws {
        guard let decided = batch.decided else { return }
        let started = SteadyClock.seconds
        for recreated in decided.recreated {
            log.error(
                "the topic was made anew: another message stands where Kafka had committed one",
                ["position": .text(recreated.position.description)]
            )
        }
        let replaced = try assembly.shortened(batch, decided.outcomes)
        let stored = try archive.store(
            batch.answers.annotations,
            of: decided,
            replacing: replaced,
            spectrumEmbeddings: batch.answers.spectrumEmbeddings,
            metadataEmbeddings: batch.answers.metadataEmbeddings
        )
        batch.answers = StreamBatch.Answers()
        try assembly.assemble(batch, decided.outcomes, stored: stored.merging(replaced) { _, shorter in shorter })
        batch.offsets = decided.offsets
        statistics.spend(SteadyClock.seconds - started, in: .store)
    }
}
