import Avro
import Broker
import Foundation
import Kafka
import Service
import Sky

/// A subscriber like any other: reads what the broker publishes, and notes for the audit what has gone out.
struct DemoSubscriber {
    let kafka: KafkaSettings
    let outputs: OutputTopics
    let schemas: String
    /// The classes of the model.
    let classes: Set<String>
    let board: DemoBoard

    /// Reads until the stop.
    func run(until stop: StopToken) throws {
        let registry = try FolderSchemaRegistry(schemas)
        let reader = AnnotatedAlertReader(registry: registry)
        let follower = try TopicFollower(
            kafka,
            topics: [outputs.alerts, outputs.deadLetters],
            group: "trifid-demo-audit",
            fromStart: true
        )
        defer { follower.close() }
        while !stop.isRequested {
            let batch = try follower.poll(maximum: 500, wait: .milliseconds(50))
            guard !batch.isEmpty else { continue }
            // Read first, so that the board is locked for the counting only.
            var rows: [DemoBoard.Row] = []
            let notes = batch.map {
                $0.topic == outputs.deadLetters ? deadLetter($0, &rows) : annotated($0, reader, &rows)
            }
            board.audit { audit in
                for note in notes { note(&audit) }
            }
            board.show(rows)
        }
    }

    private func annotated(
        _ message: KafkaMessage,
        _ reader: AnnotatedAlertReader,
        _ rows: inout [DemoBoard.Row]
    ) -> (inout RunningAudit) -> Void {
        let place = "\(message.topicPartition)@\(message.offset)"
        guard let value = message.value else { return { $0.note("\(place) holds no annotated alert") } }
        do {
            let alert = AlertSummary(try reader.read(value), classes: classes)
            guard let input = alert.input else { return { $0.note("\(place) does not name its input") } }
            rows.append(.alert(alert, latency: max(0, Double(message.timestamp - input.timestamp) * 1e-3)))
            return { $0.output(.annotated, of: input.topicPartition, offset: input.offset) }
        } catch {
            return { $0.note("\(place): \(error)") }
        }
    }

    private func deadLetter(_ message: KafkaMessage, _ rows: inout [DemoBoard.Row]) -> (inout RunningAudit) -> Void {
        guard let input = InputPosition(ofDeadLetter: message) else {
            let place = "\(message.topicPartition)@\(message.offset)"
            return { $0.note("\(place) does not name its input") }
        }
        let reason = message.header("trifid.reason").map { String(decoding: $0, as: UTF8.self) } ?? ""
        rows.append(.deadLetter(position: input.description, reason: reason))
        return { $0.output(.deadLetter, of: input.topicPartition, offset: input.offset) }
    }
}
