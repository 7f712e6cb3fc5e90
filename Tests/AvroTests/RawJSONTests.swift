import Ground
import Testing

@testable import Avro

@Suite struct RawJSONTests {
    private func print(_ value: AvroValue, _ type: String) throws -> String {
        let schema = try AvroSchema(
            json: "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\(type)}]}"
        )
        let datum = try AvroValue.encode(.record(["x": value]), as: schema)
        var text: [UInt8] = []
        let used = try datum.withUnsafeBytes { try RawJSON(schema).append($0, to: &text) }
        #expect(used == datum.count)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func printsEveryTypeAsItIs() throws {
        #expect(try print(nil, "\"null\"") == #"{"x":null}"#)
        #expect(try print(true, "\"boolean\"") == #"{"x":true}"#)
        #expect(try print(-7, "\"int\"") == #"{"x":-7}"#)
        #expect(try print(.long(.min), "\"long\"") == #"{"x":-9223372036854775808}"#)
        #expect(
            try print(1_700_000_000_000_000, #"{"type":"long","logicalType":"timestamp-micros"}"#)
                == #"{"x":1700000000000000}"#
        )
        #expect(try print(.float(0.1), "\"float\"") == #"{"x":0.10000000149011612}"#)
        #expect(try print(.double(0.1), "\"double\"") == #"{"x":0.1}"#)
        #expect(try print(.double(3), "\"double\"") == #"{"x":3.0}"#)
        #expect(try print(.double(-0.0), "\"double\"") == #"{"x":-0.0}"#)
        #expect(try print(.double(.nan), "\"double\"") == #"{"x":"NaN"}"#)
        #expect(try print(.float(-.infinity), "\"float\"") == #"{"x":"-Infinity"}"#)
        #expect(try print(.double(.infinity), "\"double\"") == #"{"x":"Infinity"}"#)
        #expect(try print("a\"\\\n\u{1}é", "\"string\"") == "{\"x\":\"a\\\"\\\\\\n\\u0001é\"}")
        #expect(try print(.bytes(Array("123456789".utf8)), "\"bytes\"") == #"{"x":{"bytes":9,"crc32":"cbf43926"}}"#)
        #expect(try print(.bytes([]), "\"bytes\"") == #"{"x":{"bytes":0,"crc32":"00000000"}}"#)
        #expect(
            try print(.fixed([0]), #"{"type":"fixed","name":"f","size":1}"#)
                == #"{"x":{"bytes":1,"crc32":"d202ef8d"}}"#
        )
        #expect(try print(.enumeration("B"), #"{"type":"enum","name":"e","symbols":["A","B"]}"#) == #"{"x":"B"}"#)
        #expect(try print(nil, #"["null","int"]"#) == #"{"x":null}"#)
        #expect(try print(5, #"["null","int"]"#) == #"{"x":5}"#)
        #expect(try print([1, 2], #"{"type":"array","items":"int"}"#) == #"{"x":[1,2]}"#)
        #expect(try print([], #"{"type":"array","items":"int"}"#) == #"{"x":[]}"#)
        #expect(try print(.map(["k": 1]), #"{"type":"map","values":"int"}"#) == #"{"x":{"k":1}}"#)
    }

    @Test func everyDoubleReadsBackAsItself() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            var text: [UInt8] = []
            JSONWriter.append(number, to: &text)
            let printed = String(decoding: text, as: UTF8.self)
            #expect(Double(printed)?.bitPattern == number.bitPattern)
            guard case .number = try JSONParser.parse(text) else {
                Issue.record("\(printed) reads back as an integer")
                return
            }
        }
    }

    @Test func anErrorLeavesTheTextAsItWas() throws {
        let schema = try AvroSchema(
            json: #"{"type":"record","name":"r","fields":[{"name":"x","type":"long"},{"name":"y","type":"long"}]}"#
        )
        var text = [UInt8]("before".utf8)
        let error = #expect(throws: AvroError.self) {
            try ([2] as [UInt8]).withUnsafeBytes { try RawJSON(schema).append($0, to: &text) }
        }
        #expect(error?.path == "y" && error?.offset == 1)
        #expect(text == [UInt8]("before".utf8))
    }
}
