import Archive
public import Avro
import Kafka
import Sky
import Survey

/// Recounts a stream from Kafka: the input topics up to the committed offset against the output topics read as a
/// subscriber reads them, and both against the ledger. It does not add up the broker's own books.
public struct StreamAudit {
    private let settings: StreamSettings
    private let registry: (any SchemaRegistry)?
    private let kafka: KafkaSettings

    /// An audit of the stream that a configuration describes.
    public init(settings: StreamSettings, registry: (any SchemaRegistry)?) {
        self.settings = settings
        self.registry = registry
        kafka = KafkaSettings(brokers: settings.brokers, properties: settings.kafkaProperties)
    }

    /// Reads it all.
    ///
    /// - Parameter progress: is told how many messages have been read.
    /// - Throws: `KafkaError` or `PostgresError` where one is out of reach, `StreamError` where there is no input.
    public func run(progress: (Int) -> Void = { _ in }) throws -> AuditReport {
        let admin = try KafkaAdmin(kafka)
        let archive = try Archive(url: settings.postgresURL, applicationName: "trifid audit")
        var book = AuditBook()
        let inputs = try coverInputs(admin, archive, &book)
        var read = 0
        let expiry = try readOutputs(admin, &book, &read, progress)
        try readInputs(inputs, &book, &read, progress)
        for (partition, range) in inputs {
            let key = AuditBook.Partition(topic: partition.topic, partition: partition.partition)
            try archive.readLedger(topic: partition.topic, partition: partition.partition, offsets: range) { entry in
                book.ledger(
                    key,
                    offset: entry.position.offset,
                    outcome: AuditBook.LedgerOutcome(entry.outcome),
                    outputExpired: entry.position.timestamp < expiry
                )
            }
        }
        return book.report()
    }

    /// The committed ranges of the input partitions that the topics still hold.
    private func coverInputs(
        _ admin: KafkaAdmin,
        _ archive: Archive,
        _ book: inout AuditBook
    ) throws -> [TopicPartition: Range<Int64>] {
        var topics = Set(settings.inputTopics)
        if let pattern = settings.inputPattern {
            topics.formUnion(try admin.topics(matching: pattern).map(\.name))
        }
        guard !topics.isEmpty else { throw StreamError.noInput }
        let partitions = try topics.flatMap { try admin.partitions(of: $0) }
        let committed = try admin.committedOffsets(group: settings.group, partitions)
        var started: [TopicPartition: Int64] = [:]
        for start in try archive.startPositions() {
            started[TopicPartition(topic: start.topic, partition: start.partition)] = start.offset
        }
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for partition in partitions {
            guard let end = committed[partition] else { continue }
            let held = try admin.watermarks(partition)
            book.cover(
                AuditBook.Partition(topic: partition.topic, partition: partition.partition),
                held: held,
                started: started[partition],
                committed: end
            )
            let first = max(held.lowerBound, started[partition] ?? held.lowerBound)
            ranges[partition] = first..<max(first, end)
        }
        return ranges
    }

    /// Reads what went out.
    ///
    /// - Returns: the time (milliseconds since 1970) before which the output topics no longer hold everything.
    private func readOutputs(
        _ admin: KafkaAdmin,
        _ book: inout AuditBook,
        _ read: inout Int,
        _ progress: (Int) -> Void
    ) throws -> Int64 {
        let topics = settings.routing.topics
        var expiry = Int64.min
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for topic in [topics.alerts, topics.deadLetters] {
            for partition in try admin.partitions(of: topic) { ranges[partition] = try admin.watermarks(partition) }
        }
        let reader = OutputPositionReader(registry: registry)
        var firstSeen: Set<TopicPartition> = []
        try TopicScan(kafka: kafka, group: "\(settings.group)-audit").read(ranges) { message in
            let partition = message.topicPartition
            if firstSeen.insert(partition).inserted, ranges[partition]?.lowerBound ?? 0 > 0 {
                expiry = max(expiry, message.timestamp)
            }
            if message.topic == topics.alerts, let value = message.value {
                let origin = try reader.origin(of: value)
                book.annotated(
                    origin.partition,
                    offset: origin.offset,
                    identity: origin.identity,
                    isConflicting: origin.isConflicting
                )
            } else if let origin = DeadLetterEnvelope.origin(of: message) {
                book.deadLetter(origin.partition, offset: origin.offset)
            }
            read += 1
            progress(read)
        }
        // A partition that holds nothing any more has lost everything up to now.
        for (partition, range) in ranges where range.isEmpty && range.lowerBound > 0 && !firstSeen.contains(partition) {
            expiry = .max
        }
        return expiry
    }

    private func readInputs(
        _ ranges: [TopicPartition: Range<Int64>],
        _ book: inout AuditBook,
        _ read: inout Int,
        _ progress: (Int) -> Void
    ) throws {
        let decoder = PacketDecoder(registry: registry, framing: settings.framing)
        try TopicScan(kafka: kafka, group: "\(settings.group)-audit").read(ranges) { message in
            book.input(
                AuditBook.Partition(topic: message.topic, partition: message.partition),
                offset: message.offset,
                identity: message.value.flatMap { Self.identity(of: $0, decoder) }
            )
            read += 1
            progress(read)
        }
    }

    private static func identity(of value: UnsafeRawBufferPointer, _ decoder: PacketDecoder) -> AlertIdentity? {
        var identity: AlertIdentity?
        try? decoder.decode(value) { alert, _ in
            identity = AlertIdentity(survey: alert.survey, alertId: alert.alertId)
        }
        return identity
    }
}

extension AuditBook.LedgerOutcome {
    fileprivate init(_ outcome: LedgerEntry.Outcome) {
        self =
            switch outcome {
            case .annotated: .annotated
            case .duplicate: .duplicate
            case .deadLetter: .deadLetter
            }
    }
}
