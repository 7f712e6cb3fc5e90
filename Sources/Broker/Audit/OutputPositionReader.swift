import Avro
import Sky

/// Reads from an annotated alert what an audit needs of it: whose it is and where its input stood. One instance a
/// thread.
final class OutputPositionReader {
    /// What an annotated alert says of its origin.
    struct Origin: Hashable {
        let identity: AlertIdentity
        let partition: AuditBook.Partition
        let offset: Int64
        let isConflicting: Bool
    }

    private let registry: (any SchemaRegistry)?
    private let schema: ReaderSchema
    private let survey: ReaderField<String>
    private let alertId: ReaderField<Int64>
    private let topic: ReaderField<String>
    private let partition: ReaderField<Int64>
    private let offset: ReaderField<Int64>
    private let flags: ReaderList
    private let flag: ReaderField<String>
    private let record: DecodedRecord
    private let containers: ObjectContainerReader<DecodePlan>
    private var framed: [Int32: DecodePlan] = [:]

    init(registry: (any SchemaRegistry)?) {
        var schema = ReaderSchema()
        survey = schema.string("survey", required: true)
        alertId = schema.long("alertId", required: true)
        topic = schema.string("input.topic", required: true)
        partition = schema.long("input.partition", required: true)
        offset = schema.long("input.offset", required: true)
        flags = schema.list("flags")
        flag = schema.string("", in: flags)
        let wanted = schema
        self.schema = schema
        self.registry = registry
        record = DecodedRecord(schema)
        containers = ObjectContainerReader { header in try DecodePlan(writer: header.schema, reader: wanted) }
    }

    /// The origin that a message names.
    ///
    /// - Throws: `AvroError` where the message is no annotated alert of a stream.
    func origin(of message: UnsafeRawBufferPointer) throws -> Origin {
        var origin: Origin?
        if ConfluentFrame.matches(message) {
            let datum = UnsafeRawBufferPointer(rebasing: message[ConfluentFrame.headerSize...])
            _ = try plan(id: ConfluentFrame(message).schemaId).decode(datum, into: record)
            origin = readOrigin()
        } else {
            try containers.forEach(in: message) { datum, plan in
                let used = try plan.decode(datum, into: record)
                origin = readOrigin()
                return used
            }
        }
        guard let origin else { throw AvroError(.notAvro, "the message holds no annotated alert of a stream") }
        return origin
    }

    private func plan(id: Int32) throws -> DecodePlan {
        if let known = framed[id] { return known }
        guard let registry else {
            throw AvroError(.unknownSchemaId, "the message is Confluent-framed: give registry.url")
        }
        let plan = try DecodePlan(writer: registry.schema(id: id), reader: schema)
        framed[id] = plan
        return plan
    }

    private func readOrigin() -> Origin? {
        guard let survey = record.string(survey), let alertId = record[alertId], let topic = record.string(topic),
            let partition = record[partition], let offset = record[offset]
        else { return nil }
        let isConflicting = (0..<record[flags]).contains { record.string(flag, $0) == "conflicting" }
        return Origin(
            identity: AlertIdentity(survey: SurveyName(survey), alertId: alertId),
            partition: AuditBook.Partition(topic: topic, partition: Int32(clamping: partition)),
            offset: offset,
            isConflicting: isConflicting
        )
    }
}
