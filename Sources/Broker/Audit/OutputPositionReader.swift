import Avro
import Sky

/// Reads from an annotated alert what an audit needs of it: whose it is and where its input stood. One instance a
/// thread.
final class OutputPositionReader {
    /// What an annotated alert says of its origin.
    struct Origin: Hashable {
        let identity: AlertIdentity
        let position: InputPosition
        let isConflicting: Bool
        /// Whether everybody may see it, as far as its program says so.
        var isPublic = true
    }

    private let survey: ReaderField<String>
    private let alertId: ReaderField<Int64>
    private let mjd: ReaderField<Double>
    private let topic: ReaderField<String>
    private let partition: ReaderField<Int64>
    private let offset: ReaderField<Int64>
    private let timestamp: ReaderField<Int64>
    private let programId: ReaderField<Int64>
    private let flags: ReaderList
    private let flag: ReaderField<String>
    private let record: DecodedRecord
    private let messages: FramedMessages<DecodePlan>

    init(registry: (any SchemaRegistry)?) {
        var schema = ReaderSchema()
        survey = schema.string("survey", required: true)
        alertId = schema.long("alertId", required: true)
        mjd = schema.double("mjd", required: true)
        topic = schema.string("input.topic", required: true)
        partition = schema.long("input.partition", required: true)
        offset = schema.long("input.offset", required: true)
        timestamp = schema.long("input.timestamp", required: true)
        // Version 1.0 has none.
        programId = schema.long("programId")
        flags = schema.list("flags")
        flag = schema.string("", in: flags)
        let wanted = schema
        record = DecodedRecord(schema)
        messages = FramedMessages(registry: registry) { try DecodePlan(writer: $0, reader: wanted) }
    }

    /// The origin that a message names.
    ///
    /// - Throws: `AvroError` where the message is no annotated alert of a stream.
    func origin(of message: UnsafeRawBufferPointer) throws -> Origin {
        var origin: Origin?
        try messages.forEach(in: message) { datum, plan in
            let used = try plan.decode(datum, into: record)
            origin = readOrigin()
            return used
        }
        guard let origin else { throw AvroError(.notAvro, "the message holds no annotated alert of a stream") }
        return origin
    }

    private func readOrigin() -> Origin? {
        guard let survey = record.string(survey), let alertId = record[alertId], let mjd = record[mjd],
            let topic = record.string(topic), let partition = record[partition], let offset = record[offset],
            let timestamp = record[timestamp]
        else { return nil }
        return Origin(
            identity: AlertIdentity(survey: SurveyName(survey), alertId: alertId, mjd: mjd),
            position: InputPosition(
                topic: topic,
                partition: Int32(clamping: partition),
                offset: offset,
                timestamp: timestamp
            ),
            isConflicting: (0..<record[flags]).contains { record.string(flag, $0) == "conflicting" },
            isPublic: record[programId].map { SurveyProgram.isPublic($0) } ?? true
        )
    }
}
