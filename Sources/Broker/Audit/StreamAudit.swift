import Archive
package import Avro
import Foundation
import Ground
import Kafka
import Sky
import Survey

/// Recounts a stream from Kafka: the input topics up to the committed offset against the output topics read as a
/// subscriber reads them, and both against the ledger. It does not add up the broker's own books.
///
/// The stream may be running. First the committed offsets are read: what is below them is audited. Then the end of the
/// outputs is fixed, when the transactions of the first step show in them; then the committed offsets are read again: an
/// output between the two was published meanwhile and is left out, one beyond the second is extra. Kafka answers a
/// request for committed offsets only when no transaction is about to move them, so that the second ones cover every
/// output that can be seen.
package struct StreamAudit {
    private let settings: StreamSettings
    private let registry: (any SchemaRegistry)?
    private let kafka: KafkaSettings
    private static let markerSeconds = 10.0

    /// An audit of the stream that a configuration describes.
    package init(settings: StreamSettings, registry: (any SchemaRegistry)?) {
        self.settings = settings
        self.registry = registry
        kafka = KafkaSettings(brokers: settings.brokers, properties: settings.kafkaProperties)
    }

    /// Reads it all.
    ///
    /// - Parameter progress: is told how many messages have been read.
    /// - Throws: `KafkaError` or `PostgresError` where one is out of reach, `StreamError` where there is no input.
    package func run(progress: (Int) -> Void = { _ in }) throws -> AuditReport {
        let admin = try KafkaAdmin(kafka)
        let archive = try Archive(url: settings.postgresURL, applicationName: "trifid audit")
        var book = AuditBook()
        var sample = PublishedSample(registry: registry)
        let committed = try committedInputs(admin)
        guard !committed.isEmpty else { throw StreamError.noInput }
        let outputs = try outputRanges(admin)
        // Asked anew, for topics and partitions that a running group has taken up meanwhile.
        let inputs = try coverInputs(admin, archive, committed: committed, since: committedInputs(admin), &book)
        var read = 0
        let expiry = try readOutputs(outputs, &book, &sample, &read, progress)
        let differing = try readInputs(inputs, &book, &read, progress) { [sample] position, message, decoder in
            try sample.differences(archive, at: position, message, decoder)
        }
        for (partition, range) in inputs {
            try archive.readLedger(topic: partition.topic, partition: partition.partition, offsets: range) { entry in
                book.ledger(
                    partition,
                    offset: entry.position.offset,
                    outcome: entry.outcome,
                    outputExpired: entry.position.timestamp < expiry
                )
            }
        }
        return book.report(compared: sample.count, differing: sample.unconfirmed + differing)
    }

    /// The input partitions with the group's committed offsets; nil where it has committed none.
    private func committedInputs(_ admin: KafkaAdmin) throws -> [TopicPartition: Int64?] {
        var topics = Set(settings.inputTopics)
        if let pattern = settings.inputPattern {
            topics.formUnion(try admin.topics(matching: pattern).map(\.name))
        }
        let partitions = try topics.flatMap { try admin.partitions(of: $0) }
        let committed = try admin.committedOffsets(group: settings.group, partitions)
        return Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0]) })
    }

    /// Covers the committed ranges of the input partitions.
    ///
    /// - Returns: what the topics still hold of them.
    private func coverInputs(
        _ admin: KafkaAdmin,
        _ archive: Archive,
        committed: [TopicPartition: Int64?],
        since: [TopicPartition: Int64?],
        _ book: inout AuditBook
    ) throws -> [TopicPartition: Range<Int64>] {
        var started: [TopicPartition: Int64] = [:]
        for start in try archive.startPositions() {
            started[TopicPartition(topic: start.topic, partition: start.partition)] = start.offset
        }
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for (partition, known) in since {
            guard let since = known else { continue }
            let held = try admin.watermarks(partition)
            let first = max(held.lowerBound, started[partition] ?? held.lowerBound)
            let end = (committed[partition] ?? nil) ?? first
            book.cover(
                partition,
                held: held,
                started: started[partition],
                committed: end,
                committedSince: since
            )
            ranges[partition] = first..<max(first, end)
        }
        return ranges
    }

    /// The offsets that the output topics hold, when every transaction that had written to them by now has ended: Kafka
    /// tells of a commit some milliseconds before its messages can be read. A transaction that stays open is not waited
    /// for longer than ``markerSeconds``: its offsets are not committed.
    private func outputRanges(_ admin: KafkaAdmin) throws -> [TopicPartition: Range<Int64>] {
        let everything = try KafkaAdmin(kafka, seesUncommitted: true)
        var written: [TopicPartition: Int64] = [:]
        for topic in settings.routing.topics.counted {
            for partition in try admin.partitions(of: topic) {
                written[partition] = try everything.watermarks(partition).upperBound
            }
        }
        let deadline = SteadyClock.seconds + Self.markerSeconds
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for (partition, end) in written {
            var range = try admin.watermarks(partition)
            while range.upperBound < end, SteadyClock.seconds < deadline {
                Thread.sleep(forTimeInterval: 0.05)
                range = try admin.watermarks(partition)
            }
            ranges[partition] = range
        }
        return ranges
    }

    /// Reads what went out.
    ///
    /// - Returns: the time (milliseconds since 1970) before which the output topics no longer hold everything.
    private func readOutputs(
        _ ranges: [TopicPartition: Range<Int64>],
        _ book: inout AuditBook,
        _ sample: inout PublishedSample,
        _ read: inout Int,
        _ progress: (Int) -> Void
    ) throws -> Int64 {
        let topics = settings.routing.topics
        var expiry = Int64.min
        let reader = OutputPositionReader(registry: registry)
        var firstSeen: Set<TopicPartition> = []
        try TopicScan(kafka: kafka, group: "\(settings.group)-audit").read(ranges) { message in
            let partition = message.topicPartition
            if firstSeen.insert(partition).inserted, ranges[partition]?.lowerBound ?? 0 > 0 {
                expiry = max(expiry, message.timestamp)
            }
            try enter(message, topics.kind(of: message.topic)?.account, reader, &book, &sample)
            read += 1
            progress(read)
        }
        // A partition that holds nothing any more has lost everything up to now.
        for (partition, range) in ranges where range.isEmpty && range.lowerBound > 0 && !firstSeen.contains(partition) {
            expiry = .max
        }
        return expiry
    }

    private func enter(
        _ message: KafkaMessage,
        _ account: OutputTopic.Account?,
        _ reader: OutputPositionReader,
        _ book: inout AuditBook,
        _ sample: inout PublishedSample
    ) throws {
        let isRestricted = account == .restricted
        // The headers of a dead letter tell it from an alert where both stand in one topic.
        if account != .annotated, let position = InputPosition(ofDeadLetter: message) {
            book.deadLetter(position.topicPartition, offset: position.offset, isRestricted: isRestricted)
        } else if account != .deadLetter, let value = message.value {
            let origin = try reader.origin(of: value)
            try sample.published(origin, value)
            book.annotated(
                origin.position.topicPartition,
                offset: origin.position.offset,
                identity: origin.identity,
                isConflicting: origin.isConflicting,
                isRestricted: isRestricted,
                isPublic: origin.isPublic
            )
        }
    }

    private func readInputs(
        _ ranges: [TopicPartition: Range<Int64>],
        _ book: inout AuditBook,
        _ read: inout Int,
        _ progress: (Int) -> Void,
        compare: (InputPosition, UnsafeRawBufferPointer, PacketDecoder) throws -> String?
    ) throws -> [AuditReport.Position] {
        var differing: [AuditReport.Position] = []
        let decoder = PacketDecoder(registry: registry, framing: settings.framing)
        try TopicScan(kafka: kafka, group: "\(settings.group)-audit").read(ranges) { message in
            book.input(
                message.topicPartition,
                offset: message.offset,
                identity: message.value.flatMap { Self.identity(of: $0, decoder) }
            )
            let position = InputPosition(
                topic: message.topic,
                partition: message.partition,
                offset: message.offset,
                timestamp: message.timestamp
            )
            if let value = message.value, let reason = try compare(position, value, decoder) {
                differing.append(AuditReport.Position(message.topicPartition, offset: message.offset, reason))
            }
            read += 1
            progress(read)
        }
        return differing
    }

    private static func identity(of value: UnsafeRawBufferPointer, _ decoder: PacketDecoder) -> AlertIdentity? {
        var identity: AlertIdentity?
        try? decoder.decode(value) { alert, _ in
            identity = alert.identity
        }
        return identity
    }
}
