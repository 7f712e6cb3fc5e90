import Broker
import Kafka
import Postgres
import Sky

/// Closes a running audit against what the broker itself has written down: the ledger in PostgreSQL and the offsets in
/// Kafka.
struct ClosingAudit {
    let databaseURL: String
    let committed: [TopicPartition: Int64]
    /// For each input partition the offset after the last message that was sent.
    let sent: [TopicPartition: Int64]

    /// Looks up what is open, and notes every disagreement.
    func close(_ audit: inout RunningAudit) throws {
        let connection = try PostgresConnection(databaseURL)
        for (partition, end) in sent.sorted(by: { $0.key < $1.key }) {
            try settleOpen(partition, in: &audit, connection)
            let seen = audit.next(of: partition)
            if seen != end { audit.note("\(partition): \(end) messages were sent, the audit has seen \(seen)") }
            let mark = committed[partition] ?? 0
            if mark != end { audit.note("\(partition): \(end) messages were sent, \(mark) are committed") }
            let ledger = try counts(partition, connection)
            let own = audit.counts(of: partition)
            if ledger != own {
                audit.note("\(partition): the ledger says \(words(ledger)), the topics say \(words(own))")
            }
        }
    }

    /// A duplicate of an alert that is no longer remembered is proved by the ledger alone.
    private func settleOpen(
        _ partition: TopicPartition,
        in audit: inout RunningAudit,
        _ connection: PostgresConnection
    ) throws {
        let open = audit.open(of: partition)
        guard !open.isEmpty else { return }
        let rows = try connection.query(
            """
            SELECT message_offset FROM ledger JOIN topics USING (topic_id)
            WHERE name = $1 AND partition_id = $2 AND outcome = 2 AND message_offset = ANY($3)
            """,
            [.text(partition.topic), .int32(partition.partition), .int64s(open)]
        )
        for row in 0..<rows.count { audit.settleAsDuplicate(partition, offset: try rows[row, 0].int64) }
    }

    private func counts(
        _ partition: TopicPartition,
        _ connection: PostgresConnection
    ) throws -> OutcomeCounts {
        let rows = try connection.query(
            """
            SELECT count(*) FILTER (WHERE outcome = 1), count(*) FILTER (WHERE outcome = 2),
                   count(*) FILTER (WHERE outcome = 3)
            FROM ledger JOIN topics USING (topic_id) WHERE name = $1 AND partition_id = $2
            """,
            [.text(partition.topic), .int32(partition.partition)]
        )
        var counts = OutcomeCounts()
        counts.annotated = try rows[0, 0].int64
        counts.duplicates = try rows[0, 1].int64
        counts.deadLetters = try rows[0, 2].int64
        return counts
    }

    private func words(_ counts: OutcomeCounts) -> String {
        "\(counts.annotated) annotated, \(counts.duplicates) duplicates, \(counts.deadLetters) dead letters"
    }
}
