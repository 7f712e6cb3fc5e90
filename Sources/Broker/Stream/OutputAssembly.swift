import Archive
import Kafka
import Sky

/// Turns what the archive decided and stored into the messages of one Kafka transaction, and counts it.
struct OutputAssembly {
    let framing: MessageFraming
    let routing: Routing
    /// The largest message that the dead-letter topic takes.
    let largestDeadLetter: Int

    func assemble(_ batch: StreamBatch, outcomes: [Outcome], stored: StoredBatch) {
        for (index, outcome) in outcomes.enumerated() {
            if let letter = stored.deadLetters[index] {
                addDeadLetter(letter, of: index, to: batch)
                continue
            }
            switch outcome {
            case .annotate:
                guard let annotation = stored.annotations[index] else { continue }
                add(annotation, of: index, to: batch)
            case .stored(let annotation):
                batch.counts.republished += 1
                add(annotation, of: index, to: batch)
            case .duplicate: batch.counts.outcomes.duplicates += 1
            case .deadLetter(let letter): addDeadLetter(letter, of: index, to: batch)
            case .replay: batch.counts.replays += 1
            }
        }
    }

    private func add(_ annotation: StoredAnnotation, of index: Int, to batch: StreamBatch) {
        var datum = annotation.datum
        if let cutouts = batch.rows[index].cutouts {
            datum.removeLast(AnnotatedAlertEncoding.cutoutBytes)
            datum += cutouts
        }
        batch.outputs.append(
            StreamBatch.Output(
                topics: annotation.topics,
                key: Array(annotation.objectId.utf8),
                value: framing.message(datum),
                headers: []
            )
        )
        batch.counts.outcomes.annotated += 1
        batch.counts.decisions[annotation.node ?? "", default: 0] += 1
        if annotation.flags.contains(.conflicting) { batch.counts.conflicting += 1 }
    }

    private func addDeadLetter(_ letter: DeadLetter, of index: Int, to batch: StreamBatch) {
        let row = batch.rows[index]
        let message = batch.message(row)
        let envelope = DeadLetterEnvelope(
            letter: letter,
            position: row.position,
            key: message.key,
            value: message.value,
            largestMessage: largestDeadLetter
        )
        batch.outputs.append(
            StreamBatch.Output(
                topics: [routing.topics.deadLetters],
                key: envelope.key,
                value: envelope.value,
                headers: envelope.headers
            )
        )
        batch.counts.outcomes.deadLetters += 1
        batch.counts.deadLetterCodes[letter.code, default: 0] += 1
    }
}
