import Archive
import Avro
import Ground
import Kafka
import Service
import Sky
import Survey

/// The model's answers and their encoding, with no transaction open.
///
/// An annotation is measured in its final encoding against what its topics take before it is stored: where it is too
/// large, cutouts and then the light curve are left out. What remains fits: `OutputBound` is held against the topics at
/// the start.
struct AnswerStage {
    let annotator: Annotator
    let routing: Routing
    let framing: MessageFraming
    let limits: MessageLimits
    let statistics: StreamStatistics
    /// Beats while the model answers.
    let heartbeat: Heartbeat

    func answer(_ batch: StreamBatch) throws {
        guard let decided = batch.decided else { return }
        let started = SteadyClock.seconds
        var (owned, records) = ([Int](), [Record]())
        for (index, outcome) in decided.outcomes.enumerated() {
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
        let answers = try annotator.annotate(records) { [heartbeat] in heartbeat.beat() }
        let inferred = WallClock.microseconds
        statistics.spend(SteadyClock.seconds - started, in: .infer)
        let encoding = SteadyClock.seconds
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
            add(annotated, answer, of: &batch.rows[index], at: index, to: &batch.answers)
        }
        statistics.spend(SteadyClock.seconds - encoding, in: .store)
    }

    private func add(
        _ annotated: AnnotatedAlert,
        _ answer: Annotator.Answer,
        of row: inout StreamBatch.Row,
        at index: Int,
        to answers: inout StreamBatch.Answers
    ) {
        var annotated = annotated
        let datum = fit(&annotated, &row.appended)
        answers.annotations[index] = NewAnnotation(
            datum: datum,
            topics: routing.topics(for: annotated),
            node: annotated.annotation.classifications.first?.decision?.node,
            percentile: annotated.annotation.anomaly?.percentile,
            flags: annotated.alert.flags,
            framing: DatumFraming(
                schemaVersion: AnnotatedAlertVersion.current.rawValue,
                appendsCutouts: row.appended.contents.cutouts,
                lightCurve: row.appended.contents.lightCurve
            )
        )
        if let embedding = answer.newSpectrumEmbedding, let id = annotated.annotation.modalities.spectrumId, id != 0 {
            answers.spectrumEmbeddings[id] = embedding
        }
        if let embedding = answer.newMetadataEmbedding, let id = answer.metadataId, id != 0 {
            answers.metadataEmbeddings[id] = embedding
        }
    }

    /// The encoded alert, and what of the fields to be appended fits the topics beside it.
    private func fit(_ annotated: inout AnnotatedAlert, _ fields: inout AppendedFields) -> [UInt8] {
        let limit = annotated.alert.isPublic ? limits.alerts : limits.restricted
        let key = annotated.alert.objectId.utf8.count
        func fits(_ datum: [UInt8], _ size: Int) -> Bool {
            KafkaSettings.messageSize(key: key, value: framing.size(ofDatum: datum.count + size)) <= limit
        }
        var datum = AnnotatedAlertEncoding.datum(annotated)
        if fits(datum, fields.size) { return datum }
        annotated.flag(.shortened)
        datum = AnnotatedAlertEncoding.datum(annotated)
        fields.shorten { fits(datum, $0) }
        return datum
    }
}
