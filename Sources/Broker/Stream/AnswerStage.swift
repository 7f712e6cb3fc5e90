import Archive
import Avro
import Ground
import Kafka
import Service
import Sky
import Survey

/// The model's answers, their encoding and the database's commit, after which the outcome of every message is final.
///
/// An annotation is measured in its final encoding against what its topics take before the commit: where it is too
/// large, cutouts and then the light curve are left out. What remains fits: `OutputBound` is held against the topics at
/// the start.
struct AnswerStage {
    let annotator: Annotator
    let routing: Routing
    let framing: MessageFraming
    let limits: MessageLimits
    /// Whether cutouts are appended, as the setting says.
    let wantsCutouts: Bool
    let statistics: StreamStatistics
    let log: Logger
    /// For messages whose stored annotation carries other fields than are wanted now.
    let decoder: ThreadConfined<PacketDecoder>
    /// Beats while the model answers.
    let heartbeat: Heartbeat

    func answer(_ batch: StreamBatch, raising marks: [CommittedOffsets]) throws {
        guard let open = batch.open else { return }
        let started = SteadyClock.seconds
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
        let answers = try annotator.annotate(records) { [heartbeat] in heartbeat.beat() }
        let inferred = WallClock.microseconds
        let inferring = SteadyClock.seconds
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
            add(annotated, answer, of: &batch.rows[index], at: index, to: &storing)
        }
        for recreated in open.recreated {
            log.error(
                "the topic was made anew: another message stands where Kafka had committed one",
                ["position": .text(recreated.position.description)]
            )
        }
        let result = try open.store(
            storing.annotations,
            spectrumEmbeddings: storing.spectrumEmbeddings,
            metadataEmbeddings: storing.metadataEmbeddings
        )
        try OutputAssembly(
            framing: framing,
            routing: routing,
            limits: limits,
            wantsCutouts: wantsCutouts,
            decoder: decoder.value
        ).assemble(batch, outcomes: open.outcomes, stored: result)
        batch.offsets = open.offsets
        try open.commit(raising: marks)
        statistics.spend(SteadyClock.seconds - inferring, in: .store)
    }

    private struct Storing {
        var annotations: [Int: NewAnnotation] = [:]
        var spectrumEmbeddings: [Int64: [Float]] = [:]
        var metadataEmbeddings: [Int64: [Float]] = [:]
    }

    private func add(
        _ annotated: AnnotatedAlert,
        _ answer: Annotator.Answer,
        of row: inout StreamBatch.Row,
        at index: Int,
        to storing: inout Storing
    ) {
        var annotated = annotated
        let datum = fit(&annotated, &row.appended)
        storing.annotations[index] = NewAnnotation(
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
            storing.spectrumEmbeddings[id] = embedding
        }
        if let embedding = answer.newMetadataEmbedding, let id = answer.metadataId, id != 0 {
            storing.metadataEmbeddings[id] = embedding
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
