import Testing

@testable import Avro

@Suite struct AvroValueTests {
    private func encode(_ value: AvroValue, _ schema: String) throws -> [UInt8] {
        try AvroValue.encode(value, as: try AvroSchema(json: schema))
    }

    @Test func theSpecificationsExamples() throws {
        for (value, bytes) in [(0, [0]), (-1, [1]), (1, [2]), (-2, [3]), (2, [4]), (-64, [0x7F]), (64, [0x80, 0x01])]
            as [(Int64, [UInt8])]
        {
            #expect(try encode(.long(value), "\"long\"") == bytes)
        }
        #expect(try encode("foo", "\"string\"") == [6, 0x66, 0x6F, 0x6F])
        let record =
            #"{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}"#
        #expect(try encode(.record(["a": 27, "b": "foo"]), record) == [0x36, 6, 0x66, 0x6F, 0x6F])
        #expect(try encode([3, 27], #"{"type":"array","items":"long"}"#) == [4, 6, 0x36, 0])
        #expect(try encode(nil, #"["null","string"]"#) == [0])
        #expect(try encode("a", #"["null","string"]"#) == [2, 2, 0x61])
    }

    @Test func plainValuesFindTheirBranch() throws {
        let union = #"["null","int","long","float","double","string",{"type":"array","items":"int"}]"#
        #expect(try encode(.int(1), union)[0] == 2)
        #expect(try encode(.long(1), union)[0] == 4)
        #expect(try encode(.float(1), union)[0] == 6)
        #expect(try encode(.double(1), union)[0] == 8)
        #expect(try encode("x", union)[0] == 10)
        #expect(try encode([1], union)[0] == 12)
        #expect(try encode(.long(5), #"["null","double"]"#)[0] == 2)
        #expect(try encode(.union(2, 5), union) == [4, 10])
    }

    @Test func missingFieldsTakeTheirDefaults() throws {
        let schema = try AvroSchema(
            json: #"""
                {"type":"record","name":"r","fields":[
                {"name":"a","type":["null","int"],"default":null},{"name":"b","type":"double","default":2},
                {"name":"c","type":"bytes","default":"\u00ff"},{"name":"d","type":"string","default":"x"},
                {"name":"e","type":{"type":"array","items":"int"},"default":[1]},
                {"name":"f","type":{"type":"record","name":"s","fields":[{"name":"g","type":"int","default":4}]},"default":{}},
                {"name":"h","type":["string","null"],"default":"y"},{"name":"i","type":"boolean","default":true},
                {"name":"j","type":{"type":"enum","name":"en","symbols":["A","B"]},"default":"B"},
                {"name":"k","type":{"type":"map","values":"float"},"default":{"z":1}},
                {"name":"l","type":{"type":"fixed","name":"fx","size":2},"default":"ab"}]}
                """#
        )
        let datum = try AvroValue.encode(.record([:]), as: schema)
        let (value, _) = try AvroValue.decode(datum, as: schema)
        let expected: AvroRecord = [
            "a": nil, "b": 2.0, "c": .bytes([255]), "d": "x", "e": .array([.int(1)]), "f": .record(["g": .int(4)]),
            "h": "y", "i": true, "j": .enumeration("B"), "k": .map(["z": .float(1)]), "l": .fixed([97, 98]),
        ]
        #expect(value == .record(expected))
    }

    @Test(arguments: [
        (AvroValue.record(["x": "s"]), "x", "'s'"), (.record(["x": .long(1 << 40)]), "x", "1099511627776"),
        (.record([:]), "x", "default"), (.record(["x": 1, "z": 2]), "z", "no such field"),
        (.record(["x": 1.5]), "x", "1.5"), (.record(["x": nil]), "x", "null"),
    ]) func saysWhatDoesNotFit(value: AvroValue, path: String, word: String) throws {
        let schema = try AvroSchema(json: #"{"type":"record","name":"r","fields":[{"name":"x","type":"int"}]}"#)
        var encoder = AvroEncoder()
        encoder.string("before")
        let before = encoder.bytes
        let error = #expect(throws: AvroError.self) { try AvroValue.encode(value, as: schema, into: &encoder) }
        #expect(error?.kind == .value)
        #expect(error?.path == path)
        #expect(error?.message.contains(word) == true, "\(String(describing: error))")
        #expect(encoder.bytes == before)
    }

    @Test func aComplaintInsideAUnionIsThatOfTheBranchThatWasMeant() throws {
        let schema = try AvroSchema(
            json:
                #"{"type":"record","name":"r","fields":[{"name":"o","type":["null",{"type":"record","name":"i","fields":[{"name":"y","type":"int"}]}]}]}"#
        )
        let error = #expect(throws: AvroError.self) {
            try AvroValue.encode(.record(["o": .record(["y": "no"])]), as: schema)
        }
        #expect(error?.path == "o.y")
    }

    @Test func aRecordIsChangedByName() {
        var record: AvroRecord = ["a": 1, "b": 2]
        record["a"] = 3
        record["c"] = 4
        record["b"] = nil
        #expect(record.fields.map(\.name) == ["a", "c"])
        #expect(AvroValue.record(record)["a"] == 3)
        #expect(AvroValue.map(["k": 1])["k"] == 1)
    }
}
