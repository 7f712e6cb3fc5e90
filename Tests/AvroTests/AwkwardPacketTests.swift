import Testing

@testable import Avro

/// Inputs that went wrong once, where they are, and small ones of the same kinds.
@Suite struct AwkwardPacketTests {
    private func lines(_ container: [UInt8]) throws -> [String] {
        let reader = ObjectContainerReader { RawJSON($0.schema) }
        var found: [String] = []
        try container.withUnsafeBytes { bytes in
            try reader.forEach(in: bytes) { datum, json in
                var text: [UInt8] = []
                let used = try json.append(datum, to: &text)
                found.append(String(decoding: text, as: UTF8.self))
                return used
            }
        }
        return found
    }

    private func theCase(_ name: String) throws -> [UInt8] {
        try SharedData.bytes(SharedData.cases + "/\(name).avro")
    }

    private func kind(_ name: String) throws -> AvroError.Kind? {
        let container = try theCase(name)
        do { _ = try lines(container) } catch { return (error as? AvroError)?.kind }
        return nil
    }

    @Test(.enabled(if: SharedData.casesAreHere, Comment(rawValue: SharedData.missing)))
    func theCasesGiveWhatIsRight() throws {
        #expect(try kind("schema_chain_4MB_stack") == .schemaTooDeep)
        #expect(try kind("plan_explosion_1MB") == .schemaTooLarge)
        #expect(try kind("raw_doubling_30") == .tooLarge)
        #expect(try lines(theCase("v08_zstandard")) == [String](repeating: "{\"a\":7}", count: 10))
        let list = try lines(theCase("v17b_linked_list_40"))
        #expect(list.count == 1 && list[0].hasPrefix("{\"v\":0,\"next\":{\"v\":1,"))
        #expect(list[0].hasSuffix("{\"v\":39,\"next\":null}" + String(repeating: "}", count: 39)))
        #expect(try lines(theCase("v36_default_NaN")) == ["{\"a\":1.5}"])
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity"]) func bareNumbersAreDefaultsOnlyInSchemas(word: String) throws {
        let schema = try AvroSchema(
            json:
                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\"double\",\"default\":\(word)}]}"
        )
        let value = try AvroValue.decode(try AvroValue.encode(.record([:]), as: schema), as: schema).value
        #expect(value["x"].map { "\($0)" }?.contains(word == "NaN" ? "nan" : "inf") == true)
        // It goes out as a string, which is JSON and is read in the same way, here and by Java's Avro.
        #expect(schema.description.contains("\"default\":\"\(word)\""))
        #expect(try AvroSchema(json: schema.description) == schema)
        #expect(throws: AvroError.self) { try JSONParser.parse(word.utf8) }
    }

    @Test func zstandardIsReadAsOthersWriteIt() throws {
        let schema = try AvroSchema(json: "\"string\"")
        var writer = ObjectContainerWriter(schema: schema, codec: .zstandard)
        let words = (0..<3000).map { "word \($0)" }
        for word in words { try writer.append(try AvroValue.encode(.string(word), as: schema)) }
        let container = try writer.finish()
        #expect(try lines(container) == words.map { "\"\($0)\"" })
        // A frame that does not say how long it is, cut in two frames: what a streaming writer gives.
        let plain: [UInt8] = [0x02, 0x61, 0x02, 0x62]
        func frame(_ byte: [UInt8]) -> [UInt8] {
            // Magic, no content size and a window of 1 KiB, one last raw block of two bytes.
            [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, UInt8(1 | byte.count << 3), 0, 0] + byte
        }
        let block = frame(Array(plain[..<2])) + frame(Array(plain[2...]))
        let decompressor = BlockDecompressor(maximum: 100)
        let result = try block.withUnsafeBytes { try [UInt8](decompressor.decompress($0, .zstandard)) }
        #expect(result == plain)
        for count in 1..<block.count where count != block.count / 2 {
            #expect(throws: AvroError.self) {
                _ = try Array(block[..<count]).withUnsafeBytes { try decompressor.decompress($0, .zstandard) }
            }
        }
    }

    @Test func aFrameThatAsksForALargeWindowIsRefused() throws {
        // A window of 2^31 bytes, which the library would allocate.
        let block: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x01, 0x00, 0x00]
        let error = #expect(throws: AvroError.self) {
            _ = try block.withUnsafeBytes { try BlockDecompressor(maximum: 1 << 20).decompress($0, .zstandard) }
        }
        #expect(error?.kind == .corrupt)
    }

    @Test func aUnionAtTheTopHasTheRecordsName() throws {
        let schema = try AvroSchema(
            json:
                "[\"null\",{\"type\":\"record\",\"name\":\"alert\",\"namespace\":\"ztf\",\"version\":\"3.3\",\"fields\":[{\"name\":\"x\",\"type\":\"long\"}]}]"
        )
        #expect(schema.name == "ztf.alert" && schema.fieldNames == ["x"])
        #expect(schema.attribute("version")?.text == "3.3")
        var reader = ReaderSchema()
        let x = reader.long("x", required: true)
        let plan = try DecodePlan(writer: schema, reader: reader)
        let record = DecodedRecord(reader)
        #expect(try ([2, 14] as [UInt8]).withUnsafeBytes { try plan.decode($0, into: record) } == 2)
        #expect(record[x] == 7)
        let error = #expect(throws: AvroError.self) {
            try ([0] as [UInt8]).withUnsafeBytes { try plan.decode($0, into: record) }
        }
        #expect(error?.kind == .noRecord)
        let two = try AvroSchema(
            json:
                "[{\"type\":\"record\",\"name\":\"a\",\"fields\":[]},{\"type\":\"record\",\"name\":\"b\",\"fields\":[]}]"
        )
        #expect(two.name == nil)
    }

    @Test(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.missing)))
    func everyBoundOnASchemaLeavesRoomAboveTheRealOnes() throws {
        var most = (bytes: 0, values: 0, types: 0, depth: 0, steps: 0)
        var count = 0
        let readers = [AlertReaders.ztf(), AlertReaders.lsst(), ReaderSchema()]
        let folders = ["ztf/packets", "ztf/bulk", "lsst/packets", "lsst/bulk", "schemas/lsst/fake_sample_alerts"]
        let containers = ObjectContainerReader(capacity: 1000) { header in
            let schema = header.schema
            count += 1
            most.bytes = max(most.bytes, schema.description.utf8.count)
            most.values = max(most.values, schema.json.valueCount)
            most.types = max(most.types, schema.properties.reduce(0) { $0 + $1.uses })
            most.depth = max(most.depth, schema.properties[schema.root].depth)
            for reader in readers {
                // A reader of another survey does not fit.
                guard let plan = try? DecodePlan(writer: schema, reader: reader) else { continue }
                most.steps = max(most.steps, plan.operations.count)
            }
        }
        for path in try folders.flatMap({ try SharedData.files($0) }) {
            try SharedData.bytes(path).withUnsafeBytes { bytes in
                guard let head = try? ContainerHeader(bytes) else { return }
                let empty = UnsafeRawBufferPointer(rebasing: bytes[..<(head.size + ContainerHeader.syncMarkerSize)])
                try containers.forEach(in: empty) { datum, _ in datum.count }
            }
        }
        let limits = AvroLimits()
        #expect(count > 20)
        #expect(most.bytes * 8 < limits.schemaBytes, "\(most)")
        #expect(most.values * 8 < limits.schemaValues, "\(most)")
        #expect(most.types * 8 < limits.schemaTypes, "\(most)")
        #expect(most.depth * 6 < limits.schemaDepth, "\(most)")
        #expect(most.steps * 8 < limits.planOperations, "\(most)")
        print("real schemas: \(count), \(most)")
    }
}
