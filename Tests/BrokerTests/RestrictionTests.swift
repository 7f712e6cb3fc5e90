import Avro
import Testing

@testable import Broker

/// Whose data a message holds that gave no alert.
@Suite struct RestrictionTests {
    private static let schema = """
        {"type": "record", "name": "alert", "fields": [{"name": "candidate", "type": {"type": "record", "name": "candidate",
        "fields": [{"name": "programid", "type": ["null", "int"]}]}}]}
        """

    /// A container of records with these programs.
    private func message(_ programs: [Int32?], then rest: [UInt8] = []) throws -> [UInt8] {
        var writer = ObjectContainerWriter(
            schema: try AvroSchema(json: Self.schema),
            syncMarker: Array(repeating: 7, count: 16)
        )
        for program in programs {
            var encoder = AvroEncoder(capacity: 8)
            if let program {
                encoder.union(1)
                encoder.int(program)
            } else {
                encoder.union(0)
            }
            try writer.append(encoder.bytes)
        }
        return try writer.finish() + rest
    }

    private func program(_ programs: [Int32?], then rest: [UInt8] = []) throws -> Int64? {
        try message(programs, then: rest).withUnsafeBytes { ProgramReader(registry: nil).programId(of: $0) }
    }

    @Test(arguments: [[1], [0, 1], [0]] as [[Int32]])
    func whatIsPublicThroughoutIsPublic(_ programs: [Int32]) throws {
        let found = try #require(try program(programs))
        #expect(!Restriction(mayHold: true).isRestricted(topic: "ztf", programId: found))
    }

    @Test(arguments: [[2], [3], [2, 0], [0, 2], [1, 3, 1], [3, 1, 0], [2, nil], [nil, 2]] as [[Int32?]])
    func oneRecordThatIsNotPublicMakesTheMessageSo(_ programs: [Int32?]) throws {
        let found = try program(programs)
        #expect(Restriction(mayHold: false).isRestricted(topic: "ztf", programId: found))
    }

    @Test(arguments: [[nil], [1, nil], [nil, 0]] as [[Int32?]])
    func aRecordWithoutAProgramLeavesItUnknown(_ programs: [Int32?]) throws {
        #expect(try program(programs) == nil)
    }

    @Test func whatCannotBeReadToItsEndIsNotTakenForPublic() throws {
        #expect(try program([1], then: [1, 2, 3]) == nil)
        #expect(try program([2], then: [1, 2, 3]) == 2)
        #expect(ProgramReader(registry: nil).programId(of: UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    }
}
