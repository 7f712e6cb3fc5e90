import Testing

@testable import Avro

@Suite struct DecodePlanTests {
    private func schema(_ fields: String) throws -> AvroSchema {
        try AvroSchema(json: "{\"type\":\"record\",\"name\":\"r\",\"fields\":[\(fields)]}")
    }

    private func decode(
        _ value: AvroValue,
        _ schema: AvroSchema,
        _ reader: ReaderSchema
    ) throws -> DecodedRecord {
        try decode(try AvroValue.encode(value, as: schema), schema, reader)
    }

    private func decode(_ datum: [UInt8], _ schema: AvroSchema, _ reader: ReaderSchema) throws -> DecodedRecord {
        let record = DecodedRecord(reader)
        let plan = try DecodePlan(writer: schema, reader: reader)
        let used = try datum.withUnsafeBytes { try plan.decode($0, into: record) }
        #expect(used == datum.count)
        return record
    }

    @Test(arguments: ["int", "long", "float", "double"]) func numbersPromoteToDouble(type: String) throws {
        for wrapped in ["\"\(type)\"", "[\"null\",\"\(type)\"]", "[\"\(type)\",\"null\"]", "[\"string\",\"\(type)\"]"] {
            let schema = try schema("{\"name\":\"x\",\"type\":\(wrapped)}")
            var reader = ReaderSchema()
            let x = reader.double("x")
            let value: AvroValue = wrapped.contains("string") ? .union(1, 7) : 7
            #expect(try decode(.record(["x": value]), schema, reader)[x] == 7)
        }
    }

    @Test func anIntPromotesToLongButAFloatDoesNot() throws {
        var reader = ReaderSchema()
        let x = reader.long("x", required: true)
        #expect(try decode(.record(["x": -5]), try schema(#"{"name":"x","type":"int"}"#), reader)[x] == -5)
        let error = #expect(throws: AvroError.self) {
            try DecodePlan(writer: try schema(#"{"name":"x","type":["null","float"]}"#), reader: reader)
        }
        #expect(error?.kind == .typeMismatch)
        #expect(error?.path == "x")
        #expect(error?.description.contains("[null, float]") == true)
    }

    @Test func aUnionReadsByTheBranchThatWasWritten() throws {
        let schema = try schema(
            #"{"name":"x","type":["null","float","string",{"type":"enum","name":"e","symbols":["A","B"]}]}"#
        )
        var reader = ReaderSchema()
        let x = reader.double("x", required: true)
        let text = reader.string("x")
        let plan = try DecodePlan(writer: schema, reader: reader)
        #expect(plan.unreadable.isEmpty)
        for (branch, value, number, word) in [
            (0, nil, nil, nil), (1, .float(0.5), 0.5, nil), (2, "0.5", nil, "0.5"), (3, .enumeration("B"), nil, "B"),
        ] as [(Int, AvroValue, Double?, String?)] {
            let record = try decode(.record(["x": .union(branch, value)]), schema, reader)
            #expect(record[x] == number)
            #expect(record.string(text) == word)
        }
    }

    @Test func aFieldThatCannotBeReadIsMissingAndNamed() throws {
        let schema = try schema(
            """
            {"name":"x","type":{"type":"array","items":"int"}},{"name":"y","type":"double"},
            {"name":"l","type":"string"},{"name":"old","type":"string"},{"name":"new","type":["null","int"]},
            {"name":"rows","type":{"type":"array","items":{"type":"record","name":"i","fields":[
            {"name":"a","type":"string"},{"name":"b","type":"int"}]}}}
            """
        )
        var reader = ReaderSchema()
        let x = reader.double("x")
        let y = reader.double("y", required: true)
        let list = reader.list("l")
        // The second path can be read.
        let either = reader.long("old", "new")
        let rows = reader.list("rows")
        let (a, b) = (reader.boolean("a", in: rows), reader.long("b", in: rows))
        let plan = try DecodePlan(writer: schema, reader: reader)
        #expect(plan.unreadable.map(\.path) == ["l", "x", "rows.a"])
        #expect(plan.unreadable[1].description == "x: the writer's type array cannot be read as double")
        #expect(!plan.has(x) && plan.has(y) && !plan.has(list))
        let value = AvroValue.record([
            "x": [1, 2], "y": 2.5, "l": "text", "old": "text", "new": 4, "rows": [.record(["a": "s", "b": 3])],
        ])
        let record = try decode(value, schema, reader)
        #expect(record[x] == nil && record[y] == 2.5 && record[list] == 0 && record[either] == 4)
        #expect(record[rows] == 1 && record[a, 0] == nil && record[b, 0] == 3)
        var strict = ReaderSchema()
        _ = strict.list("l", required: true)
        let error = #expect(throws: AvroError.self) { try DecodePlan(writer: schema, reader: strict) }
        #expect(error?.kind == .typeMismatch)
    }

    @Test func alternativePathsAreTriedInOrderThenAliases() throws {
        let schema = try schema(
            """
            {"name":"MPCORB","type":["null",{"type":"record","name":"m","fields":[{"name":"q","type":"double"}]}]},
            {"name":"newName","aliases":["oldName"],"type":"long"}
            """
        )
        var reader = ReaderSchema()
        let q = reader.double("mpc_orbits.q", "MPCORB.q")
        let none = reader.double("mpc_orbits.e", "MPCORB.e")
        let aliased = reader.long("oldName")
        let plan = try DecodePlan(writer: schema, reader: reader)
        #expect(plan.has(q) && !plan.has(none) && plan.has(aliased))
        let record = try decode(.record(["MPCORB": .record(["q": 2.5]), "newName": 4]), schema, reader)
        #expect(record[q] == 2.5)
        #expect(record[none] == nil)
        #expect(record[aliased] == 4)
        #expect(try decode(.record(["MPCORB": nil, "newName": 4]), schema, reader)[q] == nil)
    }

    @Test func defaultsStandInForWhatTheWriterHasNotAndNotForNull() throws {
        let schema = try schema(
            """
            {"name":"x","type":["null","double"]},
            {"name":"l","type":{"type":"array","items":{"type":"record","name":"i","fields":[{"name":"a","type":"long"}]}}}
            """
        )
        var reader = ReaderSchema()
        let x = reader.double("x", default: 1)
        let y = reader.double("y", default: 2.5)
        let text = reader.string("s", default: "none")
        let flag = reader.boolean("b", default: true)
        let list = reader.list("l")
        let a = reader.long("a", in: list, default: 9)
        let b = reader.long("b", in: list, default: -3)
        let items: AvroValue = [.record(["a": 1]), .record(["a": 2])]
        let record = try decode(.record(["x": nil, "l": items]), schema, reader)
        #expect(record[x] == nil)
        #expect(record[y] == 2.5)
        #expect(record.string(text) == "none")
        #expect(record[text] == nil)
        #expect(record[flag] == true)
        #expect(record[list] == 2)
        #expect((0..<2).map { record[a, $0] } == [1, 2])
        #expect((0..<2).map { record[b, $0] } == [-3, -3])
    }

    @Test func aRequiredFieldThatIsMissingIsRefusedByName() throws {
        let schema = try schema(#"{"name":"l","type":{"type":"array","items":"int"}}"#)
        var reader = ReaderSchema()
        _ = reader.double("candidate.ra", "diaSource.ra", required: true)
        let error = #expect(throws: AvroError.self) { try DecodePlan(writer: schema, reader: reader) }
        #expect(error?.kind == .missingField)
        #expect(error?.path == "candidate.ra or diaSource.ra")
        var other = ReaderSchema()
        let list = other.list("l")
        _ = other.long("x", in: list, required: true)
        let inList = #expect(throws: AvroError.self) { try DecodePlan(writer: schema, reader: other) }
        #expect(inList?.path == "l.x")
        var third = ReaderSchema()
        _ = third.list("gone", required: true)
        #expect(throws: AvroError.self) { try DecodePlan(writer: schema, reader: third) }
    }

    @Test func aListMayBeNullAbsentOrOfPlainItems() throws {
        let schema = try schema(
            #"{"name":"l","type":["null",{"type":"array","items":"double"}]},{"name":"x","type":"int"}"#
        )
        var reader = ReaderSchema()
        let list = reader.list("l")
        let item = reader.double("", in: list)
        let absent = reader.list("gone")
        let x = reader.long("x")
        let full = try decode(.record(["l": [1.5, 2.5], "x": 1]), schema, reader)
        #expect(full[list] == 2 && full[absent] == 0)
        #expect((0..<2).map { full[item, $0] } == [1.5, 2.5])
        let empty = try decode(.record(["l": nil, "x": 1]), schema, reader)
        #expect(empty[list] == 0)
        #expect(empty[x] == 1)
    }

    @Test func aRecordIsReusedWithoutTraces() throws {
        let schema = try schema(
            #"{"name":"x","type":["null","double"]},{"name":"l","type":{"type":"array","items":["null","long"]}}"#
        )
        var reader = ReaderSchema()
        let x = reader.double("x")
        let list = reader.list("l")
        let item = reader.long("", in: list)
        let plan = try DecodePlan(writer: schema, reader: reader)
        let record = DecodedRecord(reader)
        for count in [3, 500, 0, 40_000, 2] {
            let items = AvroValue.array((0..<count).map { $0 % 2 == 0 ? .long(Int64($0)) : .null })
            let datum = try AvroValue.encode(.record(["x": count == 2 ? nil : 1, "l": items]), as: schema)
            _ = try datum.withUnsafeBytes { try plan.decode($0, into: record) }
            #expect(record[x] == (count == 2 ? nil : 1))
            #expect(record[list] == count)
            #expect((0..<count).allSatisfy { record[item, $0] == ($0 % 2 == 0 ? Int64($0) : nil) })
        }
        #expect(throws: AvroError.self) { try [UInt8]([2]).withUnsafeBytes { try plan.decode($0, into: record) } }
        #expect(record[x] == nil)
        #expect(record[list] == 0)
    }

    @Test func recursiveTypesAreSkippedToALimit() throws {
        let schema = try schema(
            """
            {"name":"tree","type":{"type":"record","name":"t","fields":[{"name":"next","type":["null","t"]}]}},
            {"name":"x","type":"long"}
            """
        )
        var reader = ReaderSchema()
        let x = reader.long("x")
        #expect(try decode([2, 2, 2, 0, 14], schema, reader)[x] == 7)
        let plan = try DecodePlan(writer: schema, reader: reader)
        let deep = [UInt8](repeating: 2, count: 100_000) + [0, 14]
        let error = #expect(throws: AvroError.self) {
            try deep.withUnsafeBytes { try plan.decode($0, into: DecodedRecord(reader)) }
        }
        #expect(error?.kind == .tooDeep)
        let generic = #expect(throws: AvroError.self) { try AvroValue.decode(deep, as: schema) }
        #expect(generic?.kind == .tooDeep)
    }

    @Test func itemsWithoutBytesAreCountedAndOthersBoundedByTheBytes() throws {
        let huge: [UInt8] = [0xFE, 0xFF, 0xFF, 0xFF, 0x0F]
        for (items, kind) in [
            ("\"null\"", AvroError.Kind.tooLarge), ("\"long\"", .truncated), ("\"double\"", .truncated),
        ] {
            let schema = try schema("{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\(items)}}")
            var wanting = ReaderSchema()
            _ = wanting.list("l")
            let plan = try DecodePlan(writer: schema, reader: wanting)
            let error = #expect(throws: AvroError.self) {
                try huge.withUnsafeBytes { try plan.decode($0, into: DecodedRecord(wanting)) }
            }
            #expect(error?.kind == kind)
            let generic = #expect(throws: AvroError.self) { try AvroValue.decode(huge, as: schema) }
            #expect(generic?.kind == kind)
            let skipping = try DecodePlan(writer: schema, reader: ReaderSchema())
            #expect(throws: AvroError.self) {
                try huge.withUnsafeBytes { try skipping.decode($0, into: DecodedRecord(ReaderSchema())) }
            }
        }
    }

    @Test func theRowsOfAListAreBounded() throws {
        let schema = try schema(#"{"name":"l","type":{"type":"array","items":["null","long"]}}"#)
        var reader = ReaderSchema()
        let list = reader.list("l")
        let plan = try DecodePlan(writer: schema, reader: reader, limits: .with { $0.rows = 1000 })
        let record = DecodedRecord(reader)
        for (count, isFine) in [(100, true), (100_000, false)] {
            let datum = try AvroValue.encode(
                .record(["l": .array([AvroValue](repeating: .null, count: count))]),
                as: schema
            )
            if isFine {
                _ = try datum.withUnsafeBytes { try plan.decode($0, into: record) }
                #expect(record[list] == count)
            } else {
                let error = #expect(throws: AvroError.self) {
                    try datum.withUnsafeBytes { try plan.decode($0, into: record) }
                }
                #expect(error?.kind == .tooLarge)
            }
        }
    }

    @Test func errorsNameTheFieldAndTheByte() throws {
        let schema = try schema(
            """
            {"name":"s","type":"string"},{"name":"c","type":{"type":"record","name":"c","fields":[
            {"name":"i","type":"int"},{"name":"u","type":["null","double"]},{"name":"b","type":"boolean"}]}}
            """
        )
        var reader = ReaderSchema()
        _ = (reader.long("c.i"), reader.double("c.u"), reader.boolean("c.b"))
        let plan = try DecodePlan(writer: schema, reader: reader)
        let cases: [([UInt8], AvroError.Kind, String, Int)] = [
            ([], .truncated, "s", 0),
            ([6, 97], .truncated, "s", 1),
            ([1], .corrupt, "s", 1),
            ([2, 97, 0xFE, 0xFF, 0xFF, 0xFF, 0x7F], .corrupt, "c.i", 7),
            ([2, 97, 2, 4], .corrupt, "c.u", 4),
            ([2, 97, 2, 2, 0, 0], .truncated, "c.u", 4),
            ([2, 97, 2, 0, 2], .corrupt, "c.b", 4),
        ]
        for (bytes, kind, path, offset) in cases {
            let error = #expect(throws: AvroError.self) {
                try bytes.withUnsafeBytes { try plan.decode($0, into: DecodedRecord(reader)) }
            }
            #expect(
                error?.kind == kind && error?.path == path && error?.offset == offset,
                "\(bytes) \(String(describing: error))"
            )
        }
    }

    @Test func unwantedNeighboursFuse() throws {
        let fields = (0..<40).map { "{\"name\":\"f\($0)\",\"type\":[\"null\",\"float\"]}" }
        let fixed = (0..<40).map { "{\"name\":\"d\($0)\",\"type\":\"double\"}" }
        let schema = try schema((fields + fixed).joined(separator: ","))
        let plan = try DecodePlan(writer: schema, reader: ReaderSchema())
        #expect(plan.operations.map(\.code) == [.skipNullableFixed, .skipFixed, .end])
    }

    @Test func ofFieldsWithOneNameTheLastCounts() throws {
        let schema = try schema(#"{"name":"x","type":"int"},{"name":"x","type":"double"}"#)
        var reader = ReaderSchema()
        let x = reader.double("x")
        #expect(try decode([2] + [UInt8](repeating: 0, count: 8), schema, reader)[x] == 0)
    }

    @Test func brokenTextIsRepaired() throws {
        let schema = try schema(#"{"name":"s","type":["null","string"]}"#)
        var reader = ReaderSchema()
        let text = reader.string("s")
        let plan = try DecodePlan(writer: schema, reader: reader)
        let record = DecodedRecord(reader)
        try ([2, 4, 0x61, 0xFF] as [UInt8]).withUnsafeBytes { bytes in
            _ = try plan.decode(bytes, into: record)
            #expect(record[text] == 2..<4)
            #expect(record.string(text) == "a\u{FFFD}")
        }
        #expect(throws: AvroError.self) { try AvroValue.decode([2, 4, 0x61, 0xFF], as: schema) }
    }
}
