import Testing

@testable import Avro

/// Each bound, just below and just above it.
@Suite struct LimitsTests {
    private func kind(_ body: () throws -> Void) -> AvroError.Kind? {
        do { try body() } catch { return (error as? AvroError)?.kind }
        return nil
    }

    private func record(_ fields: [String]) -> String {
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[\(fields.joined(separator: ","))]}"
    }

    private func field(_ name: String, _ type: String) -> String { "{\"name\":\"\(name)\",\"type\":\(type)}" }

    // MARK: Schemas

    @Test func bytesOfASchema() {
        let text = "\"long\""
        let padded = text + String(repeating: " ", count: 94)
        #expect(kind { _ = try AvroSchema(json: padded, limits: .with { $0.schemaBytes = 100 }) } == nil)
        #expect(
            kind { _ = try AvroSchema(json: padded + " ", limits: .with { $0.schemaBytes = 100 }) } == .schemaTooLarge
        )
    }

    @Test func valuesOfASchema() {
        // The object, "long", the array and its items.
        let text = "{\"type\":\"long\",\"x\":[1,2,3]}"
        #expect(kind { _ = try AvroSchema(json: text, limits: .with { $0.schemaValues = 6 }) } == nil)
        #expect(kind { _ = try AvroSchema(json: text, limits: .with { $0.schemaValues = 5 }) } == .schemaTooLarge)
    }

    @Test func typesOfASchemaAndEachReference() {
        let fixed = field("f", "{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}")
        let text = record([fixed] + (0..<8).map { field("f\($0)", "\"f\"") })
        #expect(kind { _ = try AvroSchema(json: text, limits: .with { $0.schemaTypes = 10 }) } == nil)
        #expect(kind { _ = try AvroSchema(json: text, limits: .with { $0.schemaTypes = 9 }) } == .schemaTooLarge)
    }

    /// Records that each hold the one before: flat text, deep types.
    private func chain(_ length: Int) -> String {
        let links = (1..<length).map { index in
            let inner = index == 1 ? "\"int\"" : "\"q\(index - 1)\""
            return field("x", "{\"type\":\"record\",\"name\":\"q\(index)\",\"fields\":[\(field("y", inner))]}")
        }
        return record(links)
    }

    @Test func depthByReferenceAndByNesting() throws {
        // The root, the links and the int.
        #expect(try AvroSchema(json: chain(63)).properties.map(\.depth).max() == 64)
        #expect(kind { _ = try AvroSchema(json: chain(64)) } == .schemaTooDeep)
        #expect(kind { _ = try AvroSchema(json: chain(5000)) } == .schemaTooDeep)
        func arrays(_ count: Int) -> String {
            String(repeating: "{\"type\":\"array\",\"items\":", count: count) + "\"int\""
                + String(repeating: "}", count: count)
        }
        #expect(kind { _ = try AvroSchema(json: arrays(63)) } == nil)
        #expect(kind { _ = try AvroSchema(json: arrays(64)) } == .schemaTooDeep)
    }

    @Test(arguments: ["type", "field", "alias", "symbol", "reference"]) func bytesOfAName(place: String) {
        func text(_ count: Int) -> String {
            let name = String(repeating: "a", count: count)
            return switch place {
            case "type": "{\"type\":\"fixed\",\"name\":\"\(name)\",\"size\":1}"
            case "field": record([field(name, "\"int\"")])
            case "alias": record(["{\"name\":\"x\",\"type\":\"int\",\"aliases\":[\"\(name)\"]}"])
            case "symbol": "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"\(name)\"]}"
            default: "{\"type\":\"\(name)\"}"
            }
        }
        let limits = AvroLimits.with { $0.nameBytes = 20 }
        // A reference to a type that is nowhere is an error of its own.
        #expect(
            kind { _ = try AvroSchema(json: text(20), limits: limits) } == (place == "reference" ? .schema : nil)
        )
        #expect(kind { _ = try AvroSchema(json: text(21), limits: limits) } == .schemaTooLarge)
    }

    @Test func stepsOfAPlan() throws {
        // Strings and integers in turn: no two neighbours fuse.
        let schema = try AvroSchema(
            json: record((0..<99).map { field("f\($0)", $0 % 2 == 0 ? "\"string\"" : "\"int\"") })
        )
        let reader = ReaderSchema()
        #expect(
            kind { _ = try DecodePlan(writer: schema, reader: reader, limits: .with { $0.planOperations = 100 }) }
                == nil
        )
        #expect(
            kind { _ = try DecodePlan(writer: schema, reader: reader, limits: .with { $0.planOperations = 99 }) }
                == .schemaTooLarge
        )
    }

    @Test func aRecordThatIsSkippedOftenIsCompiledOnce() throws {
        let inner = (0..<50).map { field("f\($0)", $0 % 2 == 0 ? "\"string\"" : "\"int\"") }.joined(separator: ",")
        let heavy = field("h", "{\"type\":\"record\",\"name\":\"h\",\"fields\":[\(inner)]}")
        let fields = [heavy] + (0..<999).map { field("k\($0)", "\"h\"") } + [field("x", "\"long\"")]
        let schema = try AvroSchema(json: record(fields))
        var reader = ReaderSchema()
        let x = reader.long("x")
        let plan = try DecodePlan(writer: schema, reader: reader)
        #expect(plan.operations.count < 1000 + 60)
        let value = [UInt8](repeating: 0, count: 50 * 1000) + [14]
        let record = DecodedRecord(reader)
        #expect(try value.withUnsafeBytes { try plan.decode($0, into: record) } == value.count)
        #expect(record[x] == 7)
    }

    @Test func namesOfPathsAreKeptOnce() throws {
        // Long names, deeply nested: as texts the paths of the leaves would take 38 MB.
        let name = String(repeating: "n", count: 1000)
        var type = "{\"type\":\"record\",\"name\":\"leaf\",\"fields\":["
        type += (0..<1000).map { field("f\($0)", $0 % 2 == 0 ? "\"string\"" : "\"int\"") }.joined(separator: ",") + "]}"
        for level in 0..<38 {
            type = "{\"type\":\"record\",\"name\":\"l\(level)\",\"fields\":[\(field(name, type))]}"
        }
        let plan = try DecodePlan(writer: try AvroSchema(json: type), reader: ReaderSchema())
        #expect(plan.memory < 200_000)
        let error = #expect(throws: AvroError.self) {
            try ([0, 0, 0, 0xFF] as [UInt8]).withUnsafeBytes {
                try plan.decode($0, into: DecodedRecord(ReaderSchema()))
            }
        }
        #expect(error?.path?.hasSuffix(name + ".f3") == true)
    }

    @Test func anAttributeThatStandsTwiceDoesNotMultiply() throws {
        var type = "\"int\""
        for _ in 0..<40 { type = "{\"type\":\"array\",\"items\":\"int\",\"items\":\(type)}" }
        let schema = try AvroSchema(json: type)
        #expect(schema.description == type)
        #expect(schema.canonicalForm.count < 2000)
    }

    // MARK: Data

    private func allReaders(
        _ datum: [UInt8],
        _ schema: AvroSchema,
        _ limits: AvroLimits
    ) throws -> [AvroError.Kind?] {
        let plan = try DecodePlan(writer: schema, reader: ReaderSchema(), limits: limits)
        return [
            kind { _ = try datum.withUnsafeBytes { try plan.decode($0, into: DecodedRecord(ReaderSchema())) } },
            kind { _ = try AvroValue.decode(datum, as: schema, limits: limits) },
            kind {
                var text: [UInt8] = []
                _ = try datum.withUnsafeBytes { try RawJSON(schema, limits: limits).append($0, to: &text) }
            },
        ]
    }

    @Test func depthOfADatum() throws {
        let schema = try AvroSchema(json: record([field("v", "\"int\""), field("next", "[\"null\",\"r\"]")]))
        let limits = AvroLimits.with { $0.depth = 40 }
        func list(_ count: Int) -> [UInt8] { [UInt8](repeating: 2, count: 2 * count - 1) + [0] }
        #expect(try allReaders(list(40), schema, limits) == [nil, nil, nil])
        // A plan counts calls: it reads the first record in place, so that it allows one more.
        #expect(try allReaders(list(43), schema, limits) == [.tooDeep, .tooDeep, .tooDeep])
        #expect(try allReaders(list(256), schema, AvroLimits()) == [nil, nil, nil])
        #expect(try allReaders(list(300), schema, AvroLimits()) == [.tooDeep, .tooDeep, .tooDeep])
    }

    @Test(arguments: [
        "\"null\"", "{\"type\":\"record\",\"name\":\"e\",\"fields\":[]}",
        "{\"type\":\"fixed\",\"name\":\"z\",\"size\":0}",
    ])
    func valuesWithoutBytes(type: String) throws {
        let schema = try AvroSchema(json: record([field("l", "{\"type\":\"array\",\"items\":\(type)}")]))
        let limits = AvroLimits.with { $0.valuesWithoutBytes = 100 }
        func items(_ count: Int64) -> [UInt8] {
            var encoder = AvroEncoder()
            encoder.long(count)
            encoder.blocksEnd()
            return encoder.bytes
        }
        // A plan that wants none of them jumps over any number.
        #expect(try allReaders(items(100), schema, limits) == [nil, nil, nil])
        #expect(try allReaders(items(101), schema, limits) == [nil, .tooLarge, .tooLarge])
        #expect(try allReaders(items(65_536), schema, AvroLimits()) == [nil, nil, nil])
        #expect(try allReaders(items(.max), schema, AvroLimits()) == [nil, .tooLarge, .tooLarge])
    }

    @Test func nullsInUnionsTakeBytesAndAreNotCounted() throws {
        let schema = try AvroSchema(json: "{\"type\":\"array\",\"items\":[\"null\",\"int\"]}")
        var encoder = AvroEncoder()
        encoder.array([UInt8](repeating: 0, count: 1000)) { value, encoder in encoder.raw([value]) }
        let limits = AvroLimits.with { $0.valuesWithoutBytes = 10 }
        #expect(try allReaders(encoder.bytes, schema, limits) == [nil, nil, nil])
    }

    /// Records that nest two of each: 2^levels values of no bytes.
    @Test func recordsThatDoubleAreCountedByTheirValues() throws {
        func doubling(_ levels: Int) throws -> AvroSchema {
            var type = "{\"type\":\"record\",\"name\":\"d0\",\"fields\":[]}"
            for level in 1...levels {
                type =
                    "{\"type\":\"record\",\"name\":\"d\(level)\",\"fields\":[\(field("a", type)),"
                    + "\(field("b", "\"d\(level - 1)\""))]}"
            }
            return try AvroSchema(json: type)
        }
        let limits = AvroLimits.with { $0.valuesWithoutBytes = 127 }
        #expect(try allReaders([], try doubling(6), limits) == [nil, nil, nil])
        #expect(try allReaders([], try doubling(7), limits) == [nil, .tooLarge, .tooLarge])
        #expect(try allReaders([], try doubling(40), AvroLimits()) == [nil, .tooLarge, .tooLarge])
    }

    @Test func printedBytes() throws {
        let schema = try AvroSchema(
            json: "{\"type\":\"array\",\"items\":\(record([field("abcdefgh", "\"boolean\"")]))}"
        )
        let datum = try AvroValue.encode(
            .array([AvroValue](repeating: .record(["abcdefgh": true]), count: 100)),
            as: schema
        )
        func print(_ maximum: Int) -> AvroError.Kind? {
            kind {
                var text = [UInt8]("before".utf8)
                _ = try datum.withUnsafeBytes {
                    try RawJSON(schema, limits: .with { $0.printedBytes = maximum }).append($0, to: &text)
                }
            }
        }
        // 100 times {"abcdefgh":true} and 101 brackets and commas.
        #expect(print(1801) == nil)
        #expect(print(1700) == .tooLarge)
    }

    // MARK: Containers

    private func container(metadata: [String: [UInt8]] = [:], codec: BlockCodec = .null, _ text: String = "") throws
        -> [UInt8]
    {
        var writer = ObjectContainerWriter(schema: try AvroSchema(json: "\"string\""), codec: codec, metadata: metadata)
        var encoder = AvroEncoder()
        encoder.string(text)
        try writer.append(encoder.bytes)
        return try writer.finish()
    }

    private func read(_ container: [UInt8], _ limits: AvroLimits) -> AvroError.Kind? {
        kind {
            let reader = ObjectContainerReader(limits: limits) { $0.schema }
            try container.withUnsafeBytes { bytes in try reader.forEach(in: bytes) { datum, _ in datum.count } }
        }
    }

    @Test func entriesOfMetadata() throws {
        let keys = (0..<8).map { ("k\($0)", [UInt8]()) }
        let made = try container(metadata: Dictionary(uniqueKeysWithValues: keys))
        #expect(read(made, .with { $0.metadataEntries = 10 }) == nil)
        #expect(read(made, .with { $0.metadataEntries = 9 }) == .tooLarge)
    }

    @Test func bytesOfAHeader() throws {
        let made = try container(metadata: ["k": [UInt8](repeating: 0, count: 70_000)])
        #expect(read(made, .with { $0.schemaBytes = 10_000 }) == nil)
        #expect(read(made, .with { $0.schemaBytes = 1000 }) == .schemaTooLarge)
    }

    @Test(arguments: [BlockCodec.deflate, .snappy, .zstandard]) func bytesOfABlock(codec: BlockCodec) throws {
        let made = try container(codec: codec, String(repeating: "z", count: 200_000))
        #expect(read(made, .with { $0.blockBytes = 200_004 }) == nil)
        #expect(read(made, .with { $0.blockBytes = 200_002 }) == .tooLarge)
    }

    @Test func expansionOfAContainer() throws {
        var writer = ObjectContainerWriter(schema: try AvroSchema(json: "\"string\""), codec: .deflate, blockSize: 1)
        var encoder = AvroEncoder()
        encoder.string(String(repeating: "z", count: 100_000))
        for _ in 0..<20 { try writer.append(encoder.bytes) }
        let made = try writer.finish()
        let ratio = 20 * encoder.bytes.count / made.count
        #expect(read(made, .with { ($0.blockBytes, $0.expansion) = (100_003, ratio + 1) }) == nil)
        #expect(read(made, .with { ($0.blockBytes, $0.expansion) = (100_003, ratio / 2) }) == .tooLarge)
    }

    @Test func headersThatAreKeptAreBoundedInBytes() throws {
        var made = 0
        let limits = AvroLimits.with { $0.schemaBytes = 35_000 }
        let reader = ObjectContainerReader(limits: limits, capacity: 32) { header in
            made += 1
            return header.schema
        }
        func read(_ number: UInt8) throws {
            let bytes = try container(metadata: ["k": [UInt8](repeating: number, count: 90_000)])
            try bytes.withUnsafeBytes { bytes in try reader.forEach(in: bytes) { datum, _ in datum.count } }
        }
        // Two fit in twice 35,000 + 65,536 bytes, three do not.
        for number in [1, 2, 1, 2] as [UInt8] { try read(number) }
        #expect(made == 2)
        for number in [3, 1, 2, 3] as [UInt8] { try read(number) }
        #expect(made == 6)
    }

    @Test func aBoundedCacheForgets() {
        var cache = BoundedCache<Int, Int>(capacity: 10, maximumSize: 1000)
        for key in 0..<10 { cache.keep(key, for: key, bytes: 10) }
        #expect((0..<10).allSatisfy { cache[$0] == $0 })
        cache.keep(10, for: 10, bytes: 10)
        #expect(cache[0] == nil && cache[10] == 10)
        cache.keep(11, for: 11, bytes: 991)
        #expect(cache[10] == nil && cache[11] == 11)
    }
}
