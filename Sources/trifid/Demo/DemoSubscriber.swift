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
        case input(TopicPartition, Int64, AlertIdentity?)
        case output(RunningAudit.Output, TopicPartition, Int64)
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
        var identity: AlertIdentity?
        if let value = message.value {
            do {
                try decoder.decode(value) { alert, _ in
                    identity = alert.identity
                }
            } catch {
                identity = nil  // Nobody can read it: a dead letter has to come.
            }
        }
        let partition = message.topicPartition
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
            return .output(.annotated(alert.identity), input.topicPartition, input.offset)
        } catch {
            return .fault("\(place): \(error)")
        }
    }

    private func deadLetter(_ message: KafkaMessage, _ rows: inout [DemoBoard.Row]) -> Note {
        guard let input = InputPosition(ofDeadLetter: message) else {
            return .fault("\(message.topicPartition)@\(message.offset) does not name its input")
        }
        let reason = message.header("trifid.reason").map { String(decoding: $0, as: UTF8.self) } ?? ""
        rows.append(.deadLetter(position: input.description, reason: reason))
        return .output(.deadLetter, input.topicPartition, input.offset)
    }
}
