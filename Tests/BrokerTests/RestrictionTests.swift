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

    private func program(of message: [UInt8]) -> PacketProgram {
        message.withUnsafeBytes { ProgramReader(registry: nil).program(of: $0) }
    }

    private func program(_ programs: [Int32?], then rest: [UInt8] = []) throws -> PacketProgram {
        program(of: try message(programs, then: rest))
    }

    @Test(arguments: [[1], [0, 1], [0]] as [[Int32]])
    func whatIsPublicThroughoutIsPublic(_ programs: [Int32]) throws {
        #expect(!Restriction(mayHold: true).isRestricted(topic: "ztf", try program(programs)))
    }

    @Test(arguments: [[2], [3], [2, 0], [0, 2], [1, 3, 1], [3, 1, 0], [2, nil], [nil, 2]] as [[Int32?]])
    func oneRecordThatIsNotPublicMakesTheMessageSo(_ programs: [Int32?]) throws {
        #expect(Restriction(mayHold: false).isRestricted(topic: "ztf_programid1", try program(programs)))
    }

    @Test(arguments: [[nil], [1, nil], [nil, 0]] as [[Int32?]])
    func aRecordWithoutAProgramIsPublicOnlyInATopicThatSaysSo(_ programs: [Int32?]) throws {
        let program = try program(programs)
        #expect(program == .unread)
        #expect(Restriction(mayHold: false).isRestricted(topic: "ztf", program))
        #expect(!Restriction(mayHold: false).isRestricted(topic: "ztf_20260101_programid1", program))
        #expect(Restriction(mayHold: true).isRestricted(topic: "ztf_20260101_programid1", program))
    }

    @Test(arguments: [0, 1])
    func ofWhatCannotBeReadAtAllTheTopicSaysWhoseItIs(isContainer: Int) throws {
        let container = try AvroSchema(json: "\"int\"")
        var writer = ObjectContainerWriter(schema: container, syncMarker: Array(repeating: 7, count: 16))
        try writer.append([2])
        let message = isContainer == 1 ? try writer.finish() : []
        #expect(program(of: message) == .unknown)
        for (topic, mayHold, isRestricted) in [
            ("lsst", false, false), ("lsst", true, true), ("ztf_20260101_programid2", false, true),
            ("ztf_20260101_programid3", false, true), ("ztf_20260101_programid1", false, false),
        ] {
            #expect(Restriction(mayHold: mayHold).isRestricted(topic: topic, .unknown) == isRestricted)
        }
    }

    @Test func theProgramOfAPacketComesBeforeTheNameOfItsTopic() {
        let careless = Restriction(mayHold: false)
        #expect(careless.isRestricted(topic: "ztf_20260101_programid1", .known(2)))
        #expect(careless.isRestricted(topic: "ztf", .known(3)))
        #expect(!careless.isRestricted(topic: "ztf_20260101_programid2", .known(1)))
    }

    @Test(arguments: [("prv_candidates", 2), ("fp_hists", 3), ("prv_candidates", 1)] as [(String, Int32)])
    func aRowOfTheHistoryThatIsNotPublicMakesTheMessageSo(list: String, program: Int32) throws {
        let schema = try AvroSchema(
            json: """
                {"type": "record", "name": "alert", "fields": [{"name": "candidate", "type": {"type": "record",
                "name": "candidate", "fields": [{"name": "programid", "type": "int"}]}}, {"name": "\(list)", "type": ["null",
                {"type": "array", "items": {"type": "record", "name": "row", "fields": [{"name": "programid",
                "type": "int"}]}}]}, {"name": "end", "type": "double"}]}
                """
        )
        let rows: [AvroValue] = [.record(["programid": 1]), .record(["programid": .int(program)])]
        let value = AvroValue.record(["candidate": .record(["programid": 1]), list: .union(1, .array(rows)), "end": 1])
        var writer = ObjectContainerWriter(schema: schema, syncMarker: Array(repeating: 7, count: 16))
        try writer.append(try AvroValue.encode(value, as: schema))
        let message = try writer.finish()
        let isRestricted = program != 1
        for kept in [message.count, message.count - 20] {
            let found = self.program(of: Array(message[..<kept]))
            #expect(Restriction(mayHold: false).isRestricted(topic: "ztf", found) == isRestricted)
        }
    }

    @Test func aProgramInAnotherTypeIsUnread() throws {
        let schema = Self.schema.replacing("[\"null\", \"int\"]", with: "\"string\"")
        var writer = ObjectContainerWriter(
            schema: try AvroSchema(json: schema),
            syncMarker: Array(repeating: 7, count: 16)
        )
        try writer.append([2] + "1".utf8)
        #expect(program(of: try writer.finish()) == .unread)
    }

    /// Wherever a packet is cut, whatever byte is changed: a program that stands before the damage counts.
    @Test func damageBehindAProgramHidesNothing() throws {
        let whole = try message([1, 2])
        let header = try message([]).count
        // The block: its count, its size, two records of two bytes each, the marker.
        for length in header...whole.count {
            let found = program(of: Array(whole[..<length]))
            let expected: PacketProgram =
                switch length - header {
                // Nothing of a record.
                case ..<3: .unknown
                case ..<6: .unread
                default: .known(2)
                }
            #expect(found == expected, "\(length - header) bytes of the block")
        }
        for place in (header + 6)..<whole.count {
            var damaged = whole
            damaged[place] ^= 0x55
            #expect(program(of: damaged) == .known(2), "byte \(place - header) of the block")
        }
        #expect(try program([2], then: [1, 2, 3]) == .known(2))
        #expect(try program([1], then: [1, 2, 3]) == .unread)
        let one = try message([1])
        #expect(program(of: Array(one.dropLast(3))) == .known(1))
    }
}
