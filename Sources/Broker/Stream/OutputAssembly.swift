import Archive
import Ground
import Kafka
import Sky
import Survey

/// Turns what the archive decided and stored into the messages of one Kafka transaction, and counts it.
struct OutputAssembly {
    let framing: MessageFraming
    let routing: Routing
    /// The largest messages that the topics take.
    let limits: MessageLimits
    /// Whether the cutouts are wanted of what was stored before it was noted whether they go out.
    let wantsCutouts: Bool
    /// Decodes a message anew, where other fields were appended to its alert than are wanted now.
    let decoder: ThreadConfined<PacketDecoder>

    /// What was answered before and is too large for its topics by now, shortened, by index of the row.
    ///
    /// - Throws: `StreamError` where one does not fit with nothing appended, as a larger model's may not, and what decoding throws.
    func shortened(_ batch: StreamBatch, _ outcomes: [Outcome]) throws -> [Int: StoredAnnotation] {
        var found: [Int: StoredAnnotation] = [:]
        for (index, outcome) in outcomes.enumerated() {
            guard case .stored(let annotation) = outcome else { continue }
            if let shorter = try shortened(annotation, of: index, in: batch) { found[index] = shorter }
        }
        return found
    }

    /// - Parameter stored: what goes out of rows that were annotated or shortened.
    /// - Throws: `StreamError` where what is stored is of a version that this program does not know, and what decoding
    ///   throws.
    func assemble(_ batch: StreamBatch, _ outcomes: [Outcome], stored: [Int: StoredAnnotation]) throws {
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .annotate(let joined):
                guard let annotation = stored[index] else { continue }
                try add(annotation, of: index, to: batch)
                if !batch.rows[index].isRestricted {
                    batch.counts.lightCurvePoints += Int64(joined.lightCurve.points.count)
                }
            case .stored(let annotation):
                if !batch.rows[index].isRestricted { batch.counts.republished += 1 }
                try add(stored[index] ?? annotation, of: index, to: batch)
            case .duplicate: batch.counts.outcomes.duplicates += 1
            case .deadLetter(let letter): addDeadLetter(letter, of: index, to: batch)
            case .replay: batch.counts.replays += 1
            }
        }
    }

    private func version(of annotation: StoredAnnotation) throws -> AnnotatedAlertVersion {
        guard let version = AnnotatedAlertVersion(rawValue: annotation.framing.schemaVersion) else {
            throw StreamError.unknownSchemaVersion(annotation.framing.schemaVersion, position: annotation.position)
        }
        return version
    }

    /// A stored answer that did not go out, as its topics take it by now: where they take less than when it was stored, it
    /// is shortened as a new one is, and the archive is to hold it so. Nil where it fits as it is.
    private func shortened(_ stored: StoredAnnotation, of index: Int, in batch: StreamBatch) throws
        -> StoredAnnotation?
    {
        let limit = batch.rows[index].isRestricted ? limits.restricted : limits.alerts
        let key = stored.objectId.utf8.count
        func size(_ annotation: StoredAnnotation, _ appended: Int) -> Int {
            KafkaSettings.messageSize(key: key, value: framing.size(ofDatum: annotation.datum.count + appended))
        }
        var fields = try appended(stored, batch, index)
        if size(stored, fields.size) <= limit { return nil }
        var shorter = stored
        shorter.flags.insert(.shortened)
        shorter.datum = try AnnotatedAlertEncoding.datum(
            stored.datum,
            flags: shorter.flags,
            version: version(of: stored)
        )
        fields.shorten { size(shorter, $0) <= limit }
        guard size(shorter, fields.size) <= limit else {
            throw StreamError.setting(
                name: "max.message.bytes of \(stored.topics.joined(separator: " and "))",
                value: String(limit),
                allowed: "\(size(shorter, fields.size)) or more, here and in kafka.properties (message.max.bytes): the "
                    + "annotation of \(stored.position) was stored when they took it"
            )
        }
        shorter.framing.appendsCutouts = fields.contents.cutouts
        shorter.framing.lightCurve = fields.contents.lightCurve
        batch.rows[index].appended = fields
        return shorter
    }

    private func add(_ annotation: StoredAnnotation, of index: Int, to batch: StreamBatch) throws {
        let version = try version(of: annotation)
        let isRestricted = batch.rows[index].isRestricted
        let fields = try appended(annotation, batch, index)
        batch.outputs.append(
            StreamBatch.Output(
                topics: routing.topics(ofStored: annotation.topics, isRestricted: isRestricted),
                key: Array(annotation.objectId.utf8),
                value: try framing.message(
                    fields.appended(to: annotation.datum, version: version),
                    version: version
                ),
                headers: []
            )
        )
        if isRestricted {
            batch.counts.outcomes.restricted += 1
        } else {
            batch.counts.outcomes.annotated += 1
            // Anybody may read the metrics: of what is not public they tell how much there is.
            batch.counts.decisions[annotation.node ?? "", default: 0] += 1
            if annotation.flags.contains(.conflicting) { batch.counts.conflicting += 1 }
        }
    }

    /// What was appended the first time, whatever is wanted now.
    private func appended(
        _ annotation: StoredAnnotation,
        _ batch: StreamBatch,
        _ index: Int
    ) throws -> AppendedFields {
        let row = batch.rows[index]
        let contents = AppendedContents(annotation.framing, cutouts: wantsCutouts)
        guard contents != row.appended.contents else { return row.appended }
        var fields = AppendedFields()
        guard let value = batch.message(row).value else { return fields }
        try decoder.value.decode(value) { alert, datum in fields = AppendedFields(contents, of: alert, in: datum) }
        return fields
    }

    private func addDeadLetter(_ letter: DeadLetter, of index: Int, to batch: StreamBatch) {
        let row = batch.rows[index]
        let message = batch.message(row)
        let envelope = DeadLetterEnvelope(
            letter: letter,
            position: row.position,
            key: message.key,
            value: message.value,
            largestMessage: row.isRestricted ? limits.restricted : limits.deadLetters
        )
        batch.outputs.append(
            StreamBatch.Output(
                topics: [routing.topic(ofDeadLetter: row.isRestricted)],
                key: envelope.key,
                value: envelope.value,
                headers: envelope.headers
            )
        )
        if row.isRestricted {
            batch.counts.outcomes.restricted += 1
        } else {
            batch.counts.outcomes.deadLetters += 1
            batch.counts.deadLetterCodes[letter.code, default: 0] += 1
        }
    }
}
