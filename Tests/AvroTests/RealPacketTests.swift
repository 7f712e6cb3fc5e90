import Ground
import Testing

@testable import Avro

@Suite(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.missing)))
struct RealPacketTests {
    private struct Decoders {
        let plan: DecodePlan
        let record: DecodedRecord
        let json: RawJSON
        let schema: AvroSchema
    }

    /// Decodes each record three ways; all must take the same bytes. The plan's numbers are compared with the generic
    /// values' by `compare`.
    private func count(
        _ folders: [String],
        _ reader: ReaderSchema,
        compare: @escaping (DecodedRecord, AvroValue, UnsafeRawBufferPointer) -> Void
    ) throws -> Int {
        let containers = ObjectContainerReader<Decoders> { header in
            Decoders(
                plan: try DecodePlan(writer: header.schema, reader: reader),
                record: DecodedRecord(reader),
                json: RawJSON(header.schema),
                schema: header.schema
            )
        }
        var records = 0
        for path in try folders.flatMap({ try SharedData.files($0) }) {
            try SharedData.bytes(path).withUnsafeBytes { bytes in
                try containers.forEach(in: bytes) { datum, decoders in
                    let used = try decoders.plan.decode(datum, into: decoders.record)
                    // The other two are slow; every fifth record is enough for them.
                    if records % 5 == 0 {
                        let (value, valueUsed) = try AvroValue.decode(datum, as: decoders.schema)
                        var text: [UInt8] = []
                        #expect(try decoders.json.append(datum, to: &text) == used, "\(path)")
                        #expect(valueUsed == used, "\(path)")
                        #expect(throws: Never.self) { try JSONParser.parse(text) }
                        compare(decoders.record, value, datum)
                    }
                    records += 1
                    return used
                }
            }
        }
        return records
    }

    @Test func everyZTFRecordDecodes() throws {
        var reader = ReaderSchema()
        let candid = reader.long("candid", required: true)
        let objectId = reader.string("objectId", required: true)
        let ra = reader.double("candidate.ra", required: true)
        let magnitude = reader.double("candidate.magpsf", required: true)
        let science = reader.bytes("cutoutScience.stampData")
        let history = reader.list("prv_candidates")
        let jd = reader.double("jd", in: history)
        let upper = reader.double("magpsf", in: history)
        let records = try count(["ztf/packets", "ztf/bulk"], reader) { record, value, datum in
            #expect(record[candid].map { .long($0) } == value["candid"])
            #expect(record.string(objectId).map { .string($0) } == value["objectId"])
            #expect(record[ra].map { .double($0) } == value["candidate"]?["ra"])
            #expect(record[magnitude].map { .float(Float($0)) } == value["candidate"]?["magpsf"])
            #expect(record[science].map { .bytes([UInt8](datum[$0])) } == value["cutoutScience"]?["stampData"])
            var rows: [AvroValue] = []
            if case .array(let items)? = value["prv_candidates"] { rows = items }
            #expect(record[history] == rows.count)
            for (index, row) in rows.enumerated() where index < record[history] {
                #expect(record[jd, index].map { .double($0) } == row["jd"])
                #expect(record[upper, index].map { .float(Float($0)) } ?? .null == row["magpsf"] ?? .null)
            }
        }
        #expect(records == 186 + 3028)
    }

    @Test func everyLSSTRecordDecodes() throws {
        var reader = ReaderSchema()
        let id = reader.long("diaSource.diaSourceId", required: true)
        let ra = reader.double("diaSource.ra", required: true)
        let flux = reader.double("diaSource.psfFlux", "diaSource.psFlux", required: true)
        let sources = reader.list("prvDiaSources")
        let previous = reader.long("diaSourceId", in: sources)
        let records = try count(["lsst/packets", "lsst/bulk"], reader) { record, value, _ in
            let source = value["diaSource"]
            #expect(record[id].map { .long($0) } == source?["diaSourceId"])
            #expect(record[ra].map { .double($0) } == source?["ra"])
            #expect((record[flux].map { .float(Float($0)) } ?? .null) == (source?["psfFlux"] ?? source?["psFlux"]))
            var rows: [AvroValue] = []
            if case .array(let items)? = value["prvDiaSources"] { rows = items }
            #expect(record[sources] == rows.count)
            for (index, row) in rows.enumerated() where index < record[sources] {
                #expect(record[previous, index].map { .long($0) } == row["diaSourceId"])
            }
        }
        #expect(records == 72 + 490 + 4509)
    }

    @Test func everyWireMessageDecodesToItsLastByte() throws {
        let registry = try FolderSchemaRegistry(SharedData.alerts + "/schemas/lsst")
        let reader = AlertReaders.lsst()
        let record = DecodedRecord(reader)
        var messages = 0
        let synthetic = try SharedData.files("schemas/lsst/wire_samples_synthetic")
        for path in try SharedData.files("lsst/wire_confluent") + synthetic {
            try SharedData.bytes(path).withUnsafeBytes { bytes in
                let frame = try ConfluentFrame(bytes)
                let schema = try registry.schema(id: frame.schemaId)
                let datum = UnsafeRawBufferPointer(rebasing: bytes[ConfluentFrame.headerSize...])
                #expect(try DecodePlan(writer: schema, reader: reader).decode(datum, into: record) == datum.count)
                #expect(try AvroValue.decode(datum, as: schema).used == datum.count)
            }
            messages += 1
        }
        #expect(messages == 8 + 10)
    }

    @Test func libavroAcceptsEverySchemaThatIsPrinted() throws {
        var printed: Set<String> = []
        for path in try ["ztf/packets", "ztf/bulk", "lsst/packets", "lsst/bulk"].flatMap({ try SharedData.files($0) }) {
            let header = try SharedData.bytes(path).withUnsafeBytes { try ContainerHeader($0) }
            printed.insert(header.schema.description)
        }
        let registry = try FolderSchemaRegistry(SharedData.alerts + "/schemas/lsst")
        for id in registry.ids { printed.insert(try registry.schema(id: id).description) }
        #expect(registry.ids.count >= 15 && registry.problems.isEmpty)
        for version in ["v1.8", "v2.0", "v3.3", "v4.02"] {
            let folder = try SchemaFolder(SharedData.alerts + "/schemas/ztf/" + version)
            printed.insert(try folder.schema(named: "ztf.alert").description)
        }
        #expect(printed.count > 30)
        for text in printed {
            try LibAvro.accept(text)
            #expect(try AvroSchema(json: text).description == text)
        }
    }

    @Test func realRecordsEncodeToTheirOwnBytes() throws {
        let containers = ObjectContainerReader { $0.schema }
        var compared = 0
        for path in try SharedData.files("ztf/packets").prefix(40) + SharedData.files("lsst/packets").prefix(20) {
            try SharedData.bytes(path).withUnsafeBytes { bytes in
                try containers.forEach(in: bytes) { datum, schema in
                    let (value, used) = try AvroValue.decode(datum, as: schema)
                    let again = try AvroValue.encode(value, as: schema)
                    #expect(again.elementsEqual(datum[..<used]), "\(path)")
                    #expect(try LibAvro.decode(again, schema: schema.description, as: schema) == value, "\(path)")
                    compared += 1
                    return used
                }
            }
        }
        #expect(compared == 60)
    }
}
