import Ground
import Testing

@testable import Avro

@Suite struct FlagsTests {
    private static let types = [
        "\"boolean\"", "[\"null\",\"boolean\"]", "[\"boolean\",\"null\"]", "[\"string\",\"boolean\",\"null\"]",
    ]

    /// A field and a value for it: a flag, or what may stand among flags.
    private static func field(_ name: String, _ random: inout SeededGenerator) -> (json: String, value: AvroValue) {
        func json(_ type: String) -> String { "{\"name\":\"\(name)\",\"type\":\(type)}" }
        let flag = AvroValue.boolean(random.chance(0.3))
        switch Int.random(in: 0...11, using: &random) {
        case 0: return (json("\"int\""), .int(7))
        case 1: return (json("[\"null\",\"float\"]"), random.chance(0.5) ? .union(0, .null) : .union(1, .float(1.5)))
        case 2:
            let type = "[\"null\",{\"type\":\"fixed\",\"name\":\"one_\(name)\",\"size\":1}]"
            return (json(type), .union(1, .fixed([UInt8(Int.random(in: 0...255, using: &random))])))
        case 3: return (json(types[0]), flag)
        case 4: return (json(types[2]), random.chance(0.2) ? .union(1, .null) : .union(0, flag))
        case 5: return (json(types[3]), random.chance(0.3) ? .union(0, .string("true")) : .union(1, flag))
        default: return (json(types[1]), random.chance(0.1) ? .union(0, .null) : .union(1, flag))
        }
    }

    private static func isTrue(_ value: AvroValue?) -> Bool {
        switch value {
        case .boolean(let value)?: value
        case .union(_, let value)?: isTrue(value)
        default: false
        }
    }

    @Test func aBitIsSetWhereItsFieldIsThereAndTrue() throws {
        for seed in 0..<400 {
            var random = SeededGenerator(seed: UInt64(seed))
            let names = (0..<Int.random(in: 1...80, using: &random)).map { "f\($0)" }
            let fields = names.map { Self.field($0, &random) }
            let row = AvroRecord(zip(names, fields).map { ($0, $1.value) })
            let item =
                "{\"type\":\"record\",\"name\":\"row\",\"fields\":[\(fields.map(\.json).joined(separator: ","))]}"
            let schema = try AvroSchema(
                json: "{\"type\":\"record\",\"name\":\"r\",\"fields\":["
                    + "{\"name\":\"one\",\"type\":\(item)},{\"name\":\"more\",\"type\":{\"type\":\"array\",\"items\":\"row\"}}]}"
            )
            let wanted = (names + ["absent"]).filter { _ in random.chance(0.7) }.shuffled(using: &random).prefix(64)
            var reader = ReaderSchema()
            let list = reader.list("more")
            let flags = reader.flags(wanted.map { "one." + $0 })
            let flagsOfRows = reader.flags(Array(wanted), in: list)
            let value = AvroValue.record(["one": .record(row), "more": .array([.record(row), .record(row)])])
            let datum = try AvroValue.encode(value, as: schema)
            let plan = try DecodePlan(writer: schema, reader: reader)
            let record = DecodedRecord(reader)
            // Twice: nothing of the last datum may stay.
            for _ in 0..<2 { _ = try datum.withUnsafeBytes { try plan.decode($0, into: record) } }
            let bits = wanted.enumerated().reduce(UInt64(0)) {
                $0 | (Self.isTrue(row[$1.element]) ? 1 << UInt64($1.offset) : 0)
            }
            #expect(record[flags] == bits, "seed \(seed)")
            #expect((0..<2).map { record[flagsOfRows, $0] } == [bits, bits], "seed \(seed)")
            for length in 0..<min(datum.count, 60) {
                #expect(throws: AvroError.self) {
                    try datum[..<length].withUnsafeBytes { try plan.decode($0, into: record) }
                }
            }
        }
    }

    @Test func aRunOfFlagsIsOneStepWhateverStandsAmongThem() throws {
        let names = (0..<40).map { "f\($0)" }
        let schema = try AvroSchema(
            json: "{\"type\":\"record\",\"name\":\"r\",\"fields\":["
                + names.map { "{\"name\":\"\($0)\",\"type\":[\"null\",\"boolean\"]}" }.joined(separator: ",") + "]}"
        )
        var reader = ReaderSchema()
        _ = reader.flags(names.filter { $0 != "f7" })
        let plan = try DecodePlan(writer: schema, reader: reader)
        #expect(plan.operations.map(\.code) == [.readNullableFlags, .end])
    }

    @Test(arguments: [false, true]) func aByteThatIsNoBooleanIsAnErrorOfItsField(isNullable: Bool) throws {
        let type = isNullable ? "[\"null\",\"boolean\"]" : "\"boolean\""
        let names = (0..<9).map { "f\($0)" }
        let schema = try AvroSchema(
            json: "{\"type\":\"record\",\"name\":\"r\",\"fields\":["
                + names.map { "{\"name\":\"\($0)\",\"type\":\(type)}" }.joined(separator: ",") + "]}"
        )
        var reader = ReaderSchema()
        let flags = reader.flags(names.filter { $0 != "f3" })
        let plan = try DecodePlan(writer: schema, reader: reader)
        let record = DecodedRecord(reader)
        for index in 0..<9 {
            var datum: [UInt8] = (0..<9).flatMap { isNullable ? [2, $0 == index ? 2 : 1] : [$0 == index ? 2 : 1] }
            if index == 3 {
                // Nobody wants this one.
                #expect(try datum.withUnsafeBytes { try plan.decode($0, into: record) } == datum.count)
                #expect(record[flags] == 0xFF)
                continue
            }
            let error = #expect(throws: AvroError.self) {
                try datum.withUnsafeBytes { try plan.decode($0, into: record) }
            }
            #expect(error?.kind == .corrupt && error?.path == "f\(index)")
            #expect(error?.offset == (isNullable ? 2 * index + 1 : index))
            datum[isNullable ? 2 * index + 1 : index] = 0
            #expect(throws: Never.self) { try datum.withUnsafeBytes { try plan.decode($0, into: record) } }
        }
    }
}
