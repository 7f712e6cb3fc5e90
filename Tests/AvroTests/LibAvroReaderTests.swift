import Foundation
import Testing

@testable import Avro

@Suite struct LibAvroReaderTests {
    private static let json = """
        {"type": "record", "name": "all", "fields": [
        {"name": "none", "type": "null"}, {"name": "flag", "type": "boolean"}, {"name": "small", "type": "int"},
        {"name": "large", "type": "long"}, {"name": "single", "type": "float"}, {"name": "double", "type": "double"},
        {"name": "text", "type": "string"}, {"name": "image", "type": ["null", "bytes"], "default": null},
        {"name": "hash", "type": {"type": "fixed", "name": "hash", "size": 3}},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["a", "b"]}},
        {"name": "any", "type": ["null", "int", "string", {"type": "array", "items": "float"}]},
        {"name": "rows", "type": {"type": "array", "items": {"type": "record", "name": "row", "fields": [
            {"name": "mjd", "type": "double"}, {"name": "flux", "type": ["null", "float"]}]}}},
        {"name": "nodes", "type": {"type": "map", "values": "float"}}]}
        """

    private static func value(text: String, image: AvroValue, any: AvroValue, rows: Int, seed: Int32) -> AvroValue {
        .record([
            "none": .null, "flag": .boolean(seed % 2 == 0), "small": .int(seed),
            "large": .long(Int64.min + Int64(seed)),
            "single": .float(Float(bitPattern: 0x7FC0_0001)), "double": .double(seed == 0 ? -0.0 : .nan),
            "text": .string(text), "image": image, "hash": .fixed([0, 1, 2]), "kind": .enumeration("b"), "any": any,
            "rows": .array(
                (0..<rows).map { .record(["mjd": .double(Double($0)), "flux": $0 % 2 == 0 ? .null : .float(1)]) }
            ),
            "nodes": .map(rows == 0 ? [:] : ["SN": .float(.nan), "AGN": .float(.infinity), "": .float(-0.0)]),
        ])
    }

    private static let values: [AvroValue] = [
        value(text: "", image: .null, any: .union(0, .null), rows: 0, seed: 0),
        value(text: "ZTF\0é🔭", image: .bytes([0, 255, 0]), any: .union(2, ""), rows: 3, seed: 1),
        value(text: "x", image: .bytes([]), any: .union(3, .array([.float(.nan)])), rows: 1_000, seed: .max),
        value(
            text: "y",
            image: .bytes(Array(repeating: 7, count: 70_000)),
            any: .union(1, .int(.min)),
            rows: 2,
            seed: 9
        ),
    ]

    @Test func oneReaderReadsEveryShapeOfValueAgainAndAgain() throws {
        let schema = try AvroSchema(json: Self.json)
        let reader = try LibAvroReader(schema)
        for value in Self.values + Self.values.reversed() {
            let datum = try AvroValue.encode(value, as: schema)
            let ours = try AvroValue.decode(datum, as: schema).value
            let theirs = try datum.withUnsafeBytes { try reader.confirm(ours, of: $0) }
            #expect(theirs == ours)
        }
    }

    @Test func anotherValueIsADisagreement() throws {
        let schema = try AvroSchema(json: Self.json)
        let reader = try LibAvroReader(schema)
        let datum = try AvroValue.encode(Self.values[1], as: schema)
        let error = #expect(throws: AvroError.self) {
            try datum.withUnsafeBytes { try reader.confirm(Self.values[0], of: $0) }
        }
        #expect(error?.kind == .corrupt)
        #expect(error?.description.contains("libavro reads another value than our own reader") == true)
    }

    @Test func bytesThatLibavroRefusesOrDoesNotUseAreADisagreementAndTheNextDatumIsRead() throws {
        let schema = try AvroSchema(json: Self.json)
        let reader = try LibAvroReader(schema)
        let datum = try AvroValue.encode(Self.values[1], as: schema)
        let ours = try AvroValue.decode(datum, as: schema).value
        for (bytes, words) in [
            (Array(datum.dropLast()), "refuses the datum"), (datum + [0], "as shorter than we do"),
            ([], "refuses the datum"),
        ] {
            let error = #expect(throws: AvroError.self) {
                try bytes.withUnsafeBytes { try reader.confirm(ours, of: $0) }
            }
            #expect(error?.description.contains(words) == true && error?.description.contains("libavro") == true)
            #expect(error?.description.contains("our own reader takes") == true)
            #expect(try datum.withUnsafeBytes { try reader.value(of: $0) } == ours)
        }
    }

    @Test func aSchemaThatLibavroRefusesIsAnErrorThatSaysSo() throws {
        // A name that our parser takes.
        let error = #expect(throws: AvroError.self) {
            try LibAvroReader(
                try AvroSchema(json: #"{"type":"record","name":"a","fields":[{"name":"x-y","type":"int"}]}"#)
            )
        }
        #expect(error?.kind == .schema && error?.description.contains("refuses the schema") == true)
    }

    @Test func threadsTakeTurns() throws {
        let schema = try AvroSchema(json: Self.json)
        let data = try Self.values.map { try AvroValue.encode($0, as: schema) }
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            do {
                let reader = try LibAvroReader(schema)
                for turn in 0..<50 {
                    let datum = data[(number + turn) % data.count]
                    let ours = try AvroValue.decode(datum, as: schema).value
                    try datum.withUnsafeBytes { _ = try reader.confirm(ours, of: $0) }
                }
            } catch {
                Issue.record(error)
            }
        }
    }
}
