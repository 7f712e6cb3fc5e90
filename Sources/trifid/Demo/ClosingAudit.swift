import Archive
import Broker
import Kafka
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
        let archive = try Archive(url: databaseURL, applicationName: "trifid demo audit")
        defer { archive.close() }
        let ledgers = try archive.ledgerCounts()
        for (partition, end) in sent.sorted(by: { $0.key < $1.key }) {
            try settleOpen(partition, in: &audit, archive)
            let seen = audit.next(of: partition)
            if seen != end { audit.note("\(partition): \(end) messages were sent, the audit has seen \(seen)") }
            let mark = committed[partition] ?? 0
            if mark != end { audit.note("\(partition): \(end) messages were sent, \(mark) are committed") }
            let ledger = counts(partition, ledgers)
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
        _ archive: Archive
    ) throws {
        let open = audit.open(of: partition)
        guard !open.isEmpty else { return }
        for offset in try archive.duplicates(topic: partition.topic, partition: partition.partition, among: open) {
            audit.settleAsDuplicate(partition, offset: offset)
        }
    }

    private func counts(_ partition: TopicPartition, _ ledgers: [LedgerCounts]) -> OutcomeCounts {
        var counts = OutcomeCounts()
        let ledger = ledgers.first { $0.topic == partition.topic && $0.partition == partition.partition }
        counts.annotated = Int64(ledger?.annotated ?? 0)
        counts.duplicates = Int64(ledger?.duplicates ?? 0)
        counts.deadLetters = Int64(ledger?.deadLetters ?? 0)
        return counts
    }

    private func words(_ counts: OutcomeCounts) -> String {
        "\(counts.annotated) annotated, \(counts.duplicates) duplicates, \(counts.deadLetters) dead letters"
    }
}
