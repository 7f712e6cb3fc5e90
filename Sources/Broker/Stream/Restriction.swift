import Avro
import Sky
import Survey

/// Decides whether a message that gave no alert holds data that are not public (ZTF `programid` 2 and 3).
///
/// The packet's own `programid` decides where it can still be read, whatever else is wrong with the packet. Where it
/// cannot, the safe side is taken where there is reason to: the topic is named as ZTF names those of its partnership and
/// of Caltech (`ztf_20260101_programid2`), or the operator says that the input may hold such data
/// (`input.nonPublic`). Else the message came from a public stream, and what cannot be read of it is public too.
struct Restriction: Sendable {
    /// Whether the input may hold data that are not public, whatever its topics are called.
    let mayHold: Bool

    /// - Parameter programId: the packet's, nil where it cannot be read.
    func isRestricted(topic: String, programId: Int64?) -> Bool {
        if let programId { return programId == 2 || programId == 3 }
        return mayHold || topic.contains("programid2") || topic.contains("programid3")
    }
}

/// Reads `candidate.programid` of a packet that gives no alert. One instance a thread.
final class ProgramReader {
    private let program: ReaderField<Int64>
    private let record: DecodedRecord
    private let messages: FramedMessages<DecodePlan>

    init(registry: (any SchemaRegistry)?) {
        var schema = ReaderSchema()
        program = schema.long("candidate.programid")
        let wanted = schema
        record = DecodedRecord(schema)
        messages = FramedMessages(registry: registry) { try DecodePlan(writer: $0, reader: wanted) }
    }

    /// The program of a message's records, of several one that is not public; nil where it cannot be read.
    func programId(of message: UnsafeRawBufferPointer) -> Int64? {
        var found: Int64?
        try? messages.forEach(in: message) { datum, plan in
            let used = try plan.decode(datum, into: record)
            if let program = record[program], found == nil || program != 1 { found = program }
            return used
        }
        return found
    }
}
