internal import Postgres
package import Sky

/// A topic that was made anew: a message stands where the ledger knows another one that Kafka had committed.
package struct RecreatedTopic: Hashable, Sendable {
    /// Where the new message stands: the first such in its partition.
    package var position: InputPosition
    /// The timestamp of the message that stood there before (milliseconds since 1970).
    package var formerTimestamp: Int64
}

/// A batch in its open transaction. Every `.annotate` has to be stored before the commit; dropping the batch rolls it back.
package final class OpenBatch {
    /// What is to be done with each row, in the order of the rows.
    package internal(set) var outcomes: [Outcome]
    /// Topics that were made anew: to be said loudly. Their old committed offsets are void where new messages stand.
    package internal(set) var recreated: [RecreatedTopic] = []
    /// The batch's offsets, a range for each partition: to be raised when Kafka has committed them.
    package let offsets: [CommittedOffsets]

    /// How long the batch waited for others of its partitions to be committed.
    package internal(set) var lockWait = Duration.zero

    let archive: Archive
    let incoming: [IncomingRow]
    let modelNumber: Int32
    let quality: QualityRule
    /// Object and row number of each row to be annotated.
    var places: [Int: (objectId: Int64, rowNumber: Int32)] = [:]
    /// The snapshot under which the modalities were read.
    var snapshot = ""
    /// Rows that the ledger learned in this batch at offsets that were known to be committed.
    var uncommit: [Int] = []
    var isOpen = true
    /// The staging table of annotations holds rows.
    var hasStaged = false
    private var settled: Set<Int> = []

    init(archive: Archive, incoming: [IncomingRow], modelNumber: Int32, quality: QualityRule) {
        self.archive = archive
        self.incoming = incoming
        self.modelNumber = modelNumber
        self.quality = quality
        outcomes = Array(repeating: .replay, count: incoming.count)
        offsets = Self.offsets(of: incoming)
    }

    deinit {
        rollback()
    }

    /// Stores annotations: the first that was ever written stands and is returned.
    ///
    /// - Parameters:
    ///   - annotations: by index of the row.
    ///   - spectrumEmbeddings: newly computed embeddings under the batch's model, by the spectrum's id.
    ///   - metadataEmbeddings: the same by the metadata row's id.
    /// - Returns: what is to be published, by index of the row.
    package func store(
        _ annotations: [Int: NewAnnotation],
        spectrumEmbeddings: [Int64: [Float]] = [:],
        metadataEmbeddings: [Int64: [Float]] = [:]
    ) throws -> [Int: StoredAnnotation] {
        guard isOpen else { throw ArchiveError.batchNotOpen }
        for index in annotations.keys {
            guard places[index] != nil, !settled.contains(index) else {
                throw ArchiveError.notToBeAnnotated(index: index)
            }
        }
        let stored = try storeAnnotations(annotations)
        try storeEmbeddings("spectrum", spectrumEmbeddings)
        try storeEmbeddings("metadata", metadataEmbeddings)
        settled.formUnion(annotations.keys)
        return stored
    }

    /// Commits, and with it what Kafka is known to have committed of earlier batches.
    ///
    /// When the connection breaks under way, the commit may or may not have happened: open the same rows again, and
    /// what was committed comes back as `.stored`.
    package func commit(raising committed: [CommittedOffsets] = []) throws {
        guard isOpen else { throw ArchiveError.batchNotOpen }
        let missing = places.keys.filter { !settled.contains($0) }.sorted()
        guard missing.isEmpty else { throw ArchiveError.incompleteBatch(indices: missing) }
        do {
            try archive.commit(raising: committed, lowering: uncommit.map { incoming[$0].position })
            isOpen = false
        } catch {
            rollback()
            throw error
        }
    }

    /// Rolls everything back; the rows may be opened again.
    package func rollback() {
        guard isOpen else { return }
        isOpen = false
        archive.connection.rollback()
        // Names that were stored under way are gone with the transaction.
        archive.names = Names()
    }

    private static func offsets(of incoming: [IncomingRow]) -> [CommittedOffsets] {
        struct Partition: Hashable {
            var topic: String
            var partition: Int32
        }
        var ranges: [Partition: (first: Int64, next: Int64)] = [:]
        for row in incoming {
            let key = Partition(topic: row.position.topic, partition: row.position.partition)
            let offset = row.position.offset
            let range = ranges[key] ?? (offset, offset + 1)
            ranges[key] = (min(range.first, offset), max(range.next, offset + 1))
        }
        return ranges.map { key, range in
            CommittedOffsets(topic: key.topic, partition: key.partition, first: range.first, next: range.next)
        }.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    }
}
