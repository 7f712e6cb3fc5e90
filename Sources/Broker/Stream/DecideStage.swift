import Archive
import Ground
import Kafka
import Sky

/// The first of a batch's two database transactions: what each message is, and what is known of each object. It is committed
/// when the stage is done, and final: the model answers with no transaction open, and the next batch is decided meanwhile.
struct DecideStage {
    /// The epochs under which the assigned partitions are this worker's.
    let epochs: [InputPartition: Int64]
    /// Checksum of the model, under which embeddings are stored.
    let model: String
    /// Arcseconds within which a spectrum or a metadata row is the object's.
    let coneRadius: Double
    /// What is no detection.
    let quality: QualityRule

    /// - Parameter published: what Kafka has committed since the decision before.
    /// - Throws: `ArchiveError.dispossessed` where another worker has taken a partition; `PostgresError`.
    func decide(_ batch: StreamBatch, in archive: Archive, telling published: [CommittedOffsets]) throws {
        let rows = batch.rows.map { IncomingRow(position: $0.position, content: $0.content) }
        batch.decided = try archive.decide(
            rows,
            under: epochs,
            telling: published,
            model: model,
            coneRadius: coneRadius,
            quality: quality
        )
        batch.joined = WallClock.microseconds
    }
}
