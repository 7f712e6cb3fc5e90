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
        if let programId { return !SurveyProgram.isPublic(programId) }
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

    /// The program of a message's records, of several one that is not public where there is one; nil where that of a
    /// record cannot be read and none that can is of such a program.
    func programId(of message: UnsafeRawBufferPointer) -> Int64? {
        var found: Int64?
        var isKnown = true
        do {
            try messages.forEach(in: message) { datum, plan in
                let used = try plan.decode(datum, into: record)
                guard let program = record[program] else {
                    isKnown = false
                    return used
                }
                if found.map(SurveyProgram.isPublic) ?? true { found = program }
                return used
            }
        } catch {
            isKnown = false
        }
        guard let found, isKnown || !SurveyProgram.isPublic(found) else { return nil }
        return found
    }
}
