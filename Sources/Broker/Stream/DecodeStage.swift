import Archive
import Avro
import Kafka
import Sky
import Survey

/// Packets to alerts. What cannot be read becomes a dead letter; nothing is lost.
struct DecodeStage: Sendable {
    let registry: (any SchemaRegistry)?
    /// The one framing that is taken; nil takes any.
    let framing: PacketDecoder.Framing?
    let annotator: Annotator
    /// What annotated alerts carry of their packets.
    let wanted: AppendedContents
    /// Which messages are not public.
    let restriction: Restriction
    /// Where it is told which fields of a writer's schema cannot be read.
    let unreadable: UnreadableFields
    /// Threads that share a large batch.
    let threads: Int

    /// What one message becomes.
    ///
    /// - Parameter decoder: of the thread that calls.
    /// - Throws: `PacketError` where the registry is out of reach: the message is to be read again, not to be buried.
    func row(
        _ message: KafkaMessage,
        source: (batch: Int, index: Int),
        _ decoder: RowDecoder
    ) throws -> StreamBatch.Row {
        let position = InputPosition(
            topic: message.topic,
            partition: message.partition,
            offset: message.offset,
            timestamp: message.timestamp
        )
        var row = StreamBatch.Row(position: position, source: source, content: .deadLetter(Self.tombstone))
        guard let value = message.value else {
            row.isRestricted = restriction.isRestricted(topic: message.topic, .unknown)
            return row
        }
        do {
            var alerts = 0
            try decoder.packets.decode(value) { alert, datum in
                alerts += 1
                guard alerts == 1 else { return }
                var alert = alert
                alert.flags = annotator.flags(of: alert)
                row.appended = AppendedFields(wanted, of: alert, in: datum)
                row.isRestricted = !alert.isPublic
                row.content = .alert(alert)
            }
            if alerts != 1 {
                row.content = .deadLetter(
                    DeadLetter(
                        code: DeadLetterCode(.frame, .records),
                        reason: "the message holds \(alerts) records; a message must hold exactly one alert:"
                            + " send each record as a message of its own"
                    )
                )
            }
        } catch let error as PacketError where !error.isTransient {
            row.content = .deadLetter(
                DeadLetter(code: error.letterCode, reason: error.description)
            )
        }
        if case .deadLetter = row.content {
            row.isRestricted = restriction.isRestricted(topic: message.topic, decoder.programs.program(of: value))
        }
        return row
    }

    private static let tombstone = DeadLetter(
        code: DeadLetterCode(.frame, .empty),
        reason: "the message has no value (a tombstone): there is no alert in it"
    )
}

/// What decodes the messages of one thread.
final class RowDecoder {
    let packets: PacketDecoder
    let programs: ProgramReader

    init(_ stage: DecodeStage) {
        packets = PacketDecoder(registry: stage.registry, framing: stage.framing)
        programs = ProgramReader(registry: stage.registry)
    }
}
