import Avro
import Broker
import Foundation
import Kafka
import Service
import Sky
import Survey

/// A subscriber like any other: reads the input topics and what the broker makes of them, and keeps the audit.
struct DemoSubscriber {
    let kafka: KafkaSettings
    let inputs: [String]
    let outputs: OutputTopics
    let schemas: String
    /// The classes of the model.
    let classes: Set<String>
    let board: DemoBoard

    /// Reads until the stop.
    func run(until stop: StopToken) throws {
        let registry = try FolderSchemaRegistry(schemas)
        let decoder = PacketDecoder(registry: registry)
        let reader = AnnotatedAlertReader(registry: registry)
        let follower = try TopicFollower(
            kafka,
            topics: inputs + [outputs.alerts, outputs.deadLetters],
            group: "trifid-demo-audit",
            fromStart: true
        )
        defer { follower.close() }
        while !stop.isRequested {
            let batch = try follower.poll(maximum: 500, wait: .milliseconds(50))
            guard !batch.isEmpty else { continue }
            // Read first, so that the board is locked for the counting only.
            var rows: [DemoBoard.Row] = []
            let notes = batch.map { note($0, decoder, reader, &rows) }
            board.audit { audit in
                for note in notes { note.enter(in: &audit) }
            }
            board.show(rows)
        }
    }

    private enum Note {
        case input(RunningAudit.Partition, Int64, RunningAudit.Identity?)
        case output(RunningAudit.Output, RunningAudit.Partition, Int64)
        case fault(String)

        func enter(in audit: inout RunningAudit) {
            switch self {
            case .input(let partition, let offset, let identity):
                audit.input(partition, offset: offset, identity: identity)
            case .output(let output, let partition, let offset):
                audit.output(output, of: partition, offset: offset)
            case .fault(let text): audit.note(text)
            }
        }
    }

    private func note(
        _ message: KafkaMessage,
        _ decoder: PacketDecoder,
        _ reader: AnnotatedAlertReader,
        _ rows: inout [DemoBoard.Row]
    ) -> Note {
        if message.topic == outputs.deadLetters { return deadLetter(message, &rows) }
        if message.topic == outputs.alerts { return annotated(message, reader, &rows) }
        var identity: RunningAudit.Identity?
        if let value = message.value {
            do {
                try decoder.decode(value) { alert, _ in
                    identity = RunningAudit.Identity(survey: alert.survey.name, alertId: alert.alertId, mjd: alert.mjd)
                }
            } catch {
                identity = nil  // Nobody can read it: a dead letter has to come.
            }
        }
        let partition = RunningAudit.Partition(topic: message.topic, number: message.partition)
        return .input(partition, message.offset, identity)
    }

    private func annotated(
        _ message: KafkaMessage,
        _ reader: AnnotatedAlertReader,
        _ rows: inout [DemoBoard.Row]
    ) -> Note {
        let place = "\(message.topicPartition)@\(message.offset)"
        guard let value = message.value else { return .fault("\(place) holds no annotated alert") }
        do {
            let alert = AlertSummary(try reader.read(value), classes: classes)
            guard let input = alert.input else { return .fault("\(place) does not name its input") }
            rows.append(.alert(alert, latency: max(0, Double(message.timestamp - input.timestamp) * 1e-3)))
            let identity = RunningAudit.Identity(survey: alert.survey, alertId: alert.alertId, mjd: alert.mjd)
            let partition = RunningAudit.Partition(topic: input.topic, number: input.partition)
            return .output(.annotated(identity), partition, input.offset)
        } catch {
            return .fault("\(place): \(error)")
        }
    }

    private func deadLetter(_ message: KafkaMessage, _ rows: inout [DemoBoard.Row]) -> Note {
        func text(_ name: String) -> String? { message.header(name).map { String(decoding: $0, as: UTF8.self) } }
        guard let topic = text("trifid.topic"), let partition = text("trifid.partition").flatMap({ Int32($0) }),
            let offset = text("trifid.offset").flatMap({ Int64($0) })
        else { return .fault("\(message.topicPartition)@\(message.offset) does not name its input") }
        rows.append(.deadLetter(position: "\(topic)/\(partition)@\(offset)", reason: text("trifid.reason") ?? ""))
        return .output(.deadLetter, RunningAudit.Partition(topic: topic, number: partition), offset)
    }
}
