import Archive
import Kafka
import Sky

/// First writes and the join: opens a batch's database transaction, in which it is decided what each message is, and
/// reads what is known of each object.
///
/// Two archives take turns, so that one batch is decoded and staged while the one before it infers. Where the two share a
/// partition or an object, the archive's locks let the second go on only when the first is committed: READ COMMITTED
/// would not show it the other's points.
struct JoinStage {
    /// Checksum of the model, under which embeddings are stored.
    let model: String
    /// Arcseconds within which a spectrum or a metadata row is the object's.
    let coneRadius: Double
    /// What is no detection.
    let quality: QualityRule

    func join(_ batch: StreamBatch, in archive: Archive) throws {
        let rows = batch.rows.map { IncomingRow(position: $0.position, content: $0.content) }
        batch.open = try archive.open(rows, model: model, coneRadius: coneRadius, quality: quality)
        batch.joined = Clock.microseconds
    }
}
