import Avro
import Sky
import Survey

/// Decides whether a message that gave no alert holds data that are not public (ZTF `programid` 2 and 3).
///
/// The packet's own `programid` decides where it can still be read, whatever else is wrong with the packet. A packet
/// that has programs, of which one cannot be read, is public only where the topic is named as ZTF names the public ones
/// (`ztf_20260101_programid1`). Of what cannot be read at all nothing is public where there is reason to think so: the
/// topic is named as those of the partnership and of Caltech (`ztf_20260101_programid2`), or the operator says that the
/// input may hold such data (`input.nonPublic`). Else it came from a public stream, and is public too.
struct Restriction: Sendable {
    /// Whether the input may hold data that are not public, whatever its topics are called.
    let mayHold: Bool

    func isRestricted(topic: String, _ program: PacketProgram) -> Bool {
        switch program {
        case .known(let programId): !SurveyProgram.isPublic(programId)
        case .unread: mayHold || !topic.contains("programid1")
        case .unknown: mayHold || topic.contains("programid2") || topic.contains("programid3")
        }
    }
}

/// What is known of the programs of a message's records.
enum PacketProgram: Hashable, Sendable {
    /// Of one that is not public where there is one, else of any.
    case known(Int64)
    /// The survey has programs, and that of a record cannot be read.
    case unread
    /// The survey has no programs, or not even that can be read.
    case unknown
}

/// Reads the programs of a packet that gives no alert, its own (`candidate.programid`) and those of its history, as far as
/// it goes: its own stands at the start of a packet, and most damage behind it. One instance a thread.
final class ProgramReader {
    private let program: ReaderField<Int64>
    private let histories: [(list: ReaderList, program: ReaderField<Int64>)]
    private let record: DecodedRecord
    private let messages: FramedMessages<DecodePlan>

    init(registry: (any SchemaRegistry)?) {
        var schema = ReaderSchema()
        program = schema.long("candidate.programid")
        histories = ["prv_candidates", "fp_hists"].map { name in
            let list = schema.list(name)
            return (list, schema.long("programid", in: list))
        }
        let wanted = schema
        record = DecodedRecord(schema)
        messages = FramedMessages(registry: registry) { try DecodePlan(writer: $0, reader: wanted) }
    }

    func program(of message: UnsafeRawBufferPointer) -> PacketProgram {
        var found: Int64?
        var isUnread = false
        var hasPrograms = false
        let lost = try? messages.salvage(in: message) { datum, plan in
            hasPrograms = hasPrograms || Self.hasPrograms(plan, program)
            let (used, failure) = plan.decodeAsFarAsItGoes(datum, into: record)
            let own = record[program]
            for program in programsOfHistory() + [own].compactMap({ $0 })
            where found.map(SurveyProgram.isPublic) ?? true {
                found = program
            }
            if own == nil { isUnread = true }
            return failure == nil ? used : nil
        }
        if let found, !SurveyProgram.isPublic(found) { return .known(found) }
        guard hasPrograms else { return .unknown }
        guard let found, lost == 0, !isUnread else { return .unread }
        return .known(found)
    }

    /// Of each list one that is not public, if there is one.
    private func programsOfHistory() -> [Int64] {
        histories.compactMap { list, program in
            (0..<record[list]).lazy.compactMap { self.record[program, $0] }.first { !SurveyProgram.isPublic($0) }
        }
    }

    /// Whether a packet has programs, in whatever type they are written.
    private static func hasPrograms(_ plan: DecodePlan, _ program: ReaderField<Int64>) -> Bool {
        plan.has(program) || !plan.unreadable.isEmpty
    }
}
