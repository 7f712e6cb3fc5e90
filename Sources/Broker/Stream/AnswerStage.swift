import Archive
import Avro
import Kafka
import Sky

/// The model's answers, their encoding and the database's commit, after which the outcome of every message is final.
///
/// An annotation is measured in its final encoding against what its topics take before the commit; one that is too
/// large becomes a dead letter here, and not after.
struct AnswerStage {
    let annotator: Annotator
    let routing: Routing
    let framing: MessageFraming
    let limits: MessageLimits
    let statistics: StreamStatistics
    let log: StreamLog

    func answer(_ batch: StreamBatch, raising marks: [CommittedOffsets]) throws {
        guard let open = batch.open else { return }
        let started = Clock.seconds
        var (owned, records) = ([Int](), [Record]())
        for (index, outcome) in open.outcomes.enumerated() {
            if case .annotate(let joined) = outcome, case .alert(var alert) = batch.rows[index].content {
                if joined.isConflicting { alert.flags.insert(.conflicting) }
                owned.append(index)
                records.append(
                    Record(
                        alert: alert,
                        lightCurve: joined.lightCurve,
                        fluxChoice: joined.fluxChoice,
                        spectrum: joined.spectrum,
                        metadata: joined.metadata
                    )
                )
            }
        }
        let answers = try annotator.annotate(records)
        let inferred = Clock.microseconds
        let inferring = Clock.seconds
        statistics.spend(inferring - started, in: .infer)

        var storing = Storing()
        for ((index, record), answer) in zip(zip(owned, records), answers) {
            let annotated = AnnotatedAlert(
                record: record,
                annotation: answer.annotation,
                asOf: batch.joined,
                input: batch.rows[index].position,
                times: StageTimes(
                    received: batch.received,
                    decoded: batch.decoded,
                    joined: batch.joined,
                    inferred: inferred
                )
            )
            add(annotated, answer, of: batch.rows[index], at: index, to: &storing)
        }
        for recreated in open.recreated {
            log(
                StreamEvent(
                    .error,
                    "the topic was made anew: another message stands where Kafka had committed one",
                    ["position": recreated.position.description]
                )
            )
        }
        let result = try open.store(
            storing.annotations,
            deadLetters: storing.deadLetters,
            spectrumEmbeddings: storing.spectrumEmbeddings,
            metadataEmbeddings: storing.metadataEmbeddings
        )
        OutputAssembly(framing: framing, routing: routing, largestDeadLetter: limits.deadLetters)
            .assemble(batch, outcomes: open.outcomes, stored: result)
        batch.offsets = open.offsets
        try open.commit(raising: marks)
        statistics.spend(Clock.seconds - inferring, in: .store)
    }

    private struct Storing {
        var annotations: [Int: NewAnnotation] = [:]
        var deadLetters: [Int: DeadLetter] = [:]
        var spectrumEmbeddings: [Int64: [Float]] = [:]
        var metadataEmbeddings: [Int64: [Float]] = [:]
    }

    private func add(
        _ annotated: AnnotatedAlert,
        _ answer: Annotator.Answer,
        of row: StreamBatch.Row,
        at index: Int,
        to storing: inout Storing
    ) {
        var encoder = AvroEncoder(capacity: 2048)
        AnnotatedAlertEncoding.append(annotated, to: &encoder)
        let size = KafkaSettings.messageSize(
            key: annotated.alert.objectId.utf8.count,
            value: framing.size(ofDatum: encoder.bytes.count + (row.cutouts?.count ?? 0))
        )
        guard size <= limits.alerts else {
            storing.deadLetters[index] = DeadLetter(
                code: DeadLetterCode(.publish, .tooLarge),
                reason: "the annotated alert has \(size) bytes; the output topics take \(limits.alerts):"
                    + " raise max.message.bytes of the topics and message.max.bytes in kafka.properties",
                survey: annotated.alert.survey,
                alertId: annotated.alert.alertId
            )
            return
        }
        storing.annotations[index] = NewAnnotation(
            datum: encoder.bytes,
            topics: routing.topics(for: annotated),
            node: annotated.annotation.classifications.first?.decision?.node,
            percentile: annotated.annotation.anomaly?.percentile,
            flags: annotated.alert.flags
        )
        if let embedding = answer.newSpectrumEmbedding, let id = annotated.annotation.modalities.spectrumId, id != 0 {
            storing.spectrumEmbeddings[id] = embedding
        }
        if let embedding = answer.newMetadataEmbedding, let id = answer.metadataId, id != 0 {
            storing.metadataEmbeddings[id] = embedding
        }
    }
}
