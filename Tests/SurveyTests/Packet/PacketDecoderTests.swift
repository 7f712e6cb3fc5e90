import Avro
import Sky
import Testing

@testable import Survey

@Suite struct PacketDecoderTests {
    struct StubRegistry: SchemaRegistry {
        var schemas: [Int32: AvroSchema] = [:]
        var isReachable = true

        func schema(id: Int32) throws(AvroError) -> AvroSchema {
            guard isReachable else { throw AvroError(.registryUnreachable, "no answer") }
            guard let schema = schemas[id] else { throw AvroError(.unknownSchemaId, "no schema \(id)") }
            return schema
        }

        func schema(fingerprint: UInt64) throws(AvroError) -> AvroSchema {
            guard let schema = schemas.values.first(where: { $0.fingerprint == fingerprint }) else {
                throw AvroError(.unknownSchemaId, "no schema \(fingerprint)")
            }
            return schema
        }
    }

    static func error(_ message: [UInt8], registry: (any SchemaRegistry)? = nil) -> PacketError? {
        do {
            _ = try PacketDecoder(registry: registry).alerts(message)
            return nil
        } catch {
            return error as? PacketError
        }
    }

    @Test(arguments: [.null, .deflate, .snappy] as [BlockCodec]) func containersAreReadInEveryCodec(codec: BlockCodec)
        throws
    {
        let packet = try MadePacket.ztf()
        let alerts = try PacketDecoder(registry: nil).alerts(packet.container(codec: codec))
        #expect(text(alerts) == text([try packet.alert()]))
    }

    @Test func framedMessagesAreReadWithTheRegistrysSchema() throws {
        let packet = try MadePacket.ztf()
        let registry = StubRegistry(schemas: [402: packet.schema])
        let decoder = PacketDecoder(registry: registry)
        for _ in 0..<2 { #expect(text(try decoder.alerts(packet.framed(id: 402))) == text([try packet.alert()])) }
    }

    @Test(arguments: PacketDecoder.Framing.allCases) func aMessageThatIsFramedOtherwiseIsAnError(
        framing: PacketDecoder.Framing
    ) throws {
        let packet = try MadePacket.ztf()
        let decoder = PacketDecoder(registry: StubRegistry(schemas: [1: packet.schema]), framing: framing)
        let messages: [PacketDecoder.Framing: [UInt8]] = [
            .container: try packet.container(), .confluent: try packet.framed(id: 1),
            .singleObject: SingleObjectFrame.header(fingerprint: packet.schema.fingerprint) + (try packet.datum),
        ]
        let wanted = try #require(messages[framing])
        let other = try #require(messages[framing == .container ? .confluent : .container])
        #expect(text(try decoder.alerts(wanted)) == text([try packet.alert()]))
        let error = #expect(throws: PacketError.self) { try decoder.alerts(other) }
        #expect(error?.stage == .frame && error?.code == "other-framing" && error?.isTransient == false)
        let found = framing == .container ? "confluent" : "container"
        #expect(error?.description.contains("set input.framing to auto or to \(found)") == true)
        // What is framed in no way is told as ever.
        for (message, code) in [([1, 2, 3], "unknown-framing"), ([], "empty")] as [([UInt8], String)] {
            #expect(#expect(throws: PacketError.self) { try decoder.alerts(message) }?.code == code)
        }
    }

    @Test func recordsOfAContainerComeInOrderAndABadOneHidesNoOther() throws {
        var packet = try MadePacket.ztf()
        var writer = ObjectContainerWriter(schema: packet.schema)
        for number in 0..<5 {
            packet["candid"] = .long(Int64(number))
            packet["candidate.ra"] = .double(number == 2 ? 400 : 10)
            try writer.append(packet.datum)
        }
        let message = try writer.finish()
        var ids: [Int64?] = []
        try message.withUnsafeBytes {
            try PacketDecoder(registry: nil).decodeEach($0) { result, _ in ids.append(try? result.get().alertId) }
        }
        #expect(ids == [0, 1, nil, 3, 4])
        #expect(Self.error(message)?.field == "candidate.ra")
    }

    @Test func whatTheBodyThrowsComesOutAsItIs() throws {
        let message = try MadePacket.ztf().container()
        let thrown = AvroError(.value, "the body's own")
        let error = #expect(throws: AvroError.self) {
            try message.withUnsafeBytes { try PacketDecoder(registry: nil).decode($0) { _, _ in throw thrown } }
        }
        #expect(error == thrown)
    }

    @Test func everyTruncationIsAnErrorAndNeverAnAlert() throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_458_999, id: 4)
        packet["cutoutScience"] = .record(["fileName": "x", "stampData": .bytes(Array(0..<100))])
        let registry = StubRegistry(schemas: [402: packet.schema])
        let decoder = PacketDecoder(registry: registry)
        for message in [try packet.container(), try packet.container(codec: .deflate), try packet.framed(id: 402)] {
            for length in 0..<message.count {
                var error: (any Error)?
                do { _ = try decoder.alerts(Array(message[..<length])) } catch let caught { error = caught }
                #expect(error is PacketError, "\(length) of \(message.count) bytes")
            }
            #expect(try decoder.alerts(message).count == 1)
        }
    }

    @Test(
        arguments: [
            ([], "empty"), (Array("{\"a\":1}".utf8), "unknown-framing"), ([0x4F, 0x62, 0x6A, 2, 0], "unknown-framing"),
            ([0x4F, 0x62], "unknown-framing"), ([1, 0, 0, 0, 0], "unknown-framing"), ([0, 0, 0], "truncated"),
            ([0x4F, 0x62, 0x6A, 1], "truncated"),
        ] as [([UInt8], String)]
    )
    func whatIsNoPacketIsSaidToBeNone(message: [UInt8], code: String) {
        let error = Self.error(message, registry: StubRegistry())
        #expect(error?.stage == .frame && error?.code == code && error?.isTransient == false)
    }

    @Test func anUnknownIdIsNamed() throws {
        let message = try MadePacket.ztf().framed(id: 7)
        #expect(Self.error(message, registry: StubRegistry())?.code == "unknown-schema-id")
        #expect(Self.error(message)?.code == "no-registry")
        #expect(Self.error(message)?.value == "7")
    }

    @Test func aRegistryOutOfReachIsTransient() throws {
        let message = try MadePacket.ztf().framed(id: 7)
        let error = Self.error(message, registry: StubRegistry(isReachable: false))
        #expect(error?.stage == .schema && error?.isTransient == true)
    }

    @Test func aContainerWithoutARecordIsAnError() throws {
        var writer = ObjectContainerWriter(schema: try MadePacket.ztf().schema)
        #expect(Self.error(try writer.finish())?.code == "no-records")
    }

    @Test func bytesAfterTheRecordAreAnError() throws {
        let packet = try MadePacket.ztf()
        let error = Self.error(try packet.framed(id: 1) + [0], registry: StubRegistry(schemas: [1: packet.schema]))
        #expect(error?.code == "trailing-bytes" && error?.value == "1 bytes")
    }

    @Test(arguments: [
        "candid", "objectId", "candidate.jd", "candidate.fid", "candidate.ra", "candidate.dec", "candidate.magpsf",
        "candidate.sigmapsf", "candidate.isdiffpos",
    ])
    func aSchemaWithoutANeededFieldIsRefusedByItsName(field: String) throws {
        let absent: Set<String> = field == "candid" ? ["candid", "candidate.candid"] : [field]
        let schema = try MadePacket.ztf(without: absent).schema
        var writer = ObjectContainerWriter(schema: schema)
        try writer.append(MadePacket(schema).datum)
        let error = Self.error(try writer.finish())
        #expect(error?.stage == .schema && error?.code == "missing-field")
        #expect(error?.field == (field == "candid" ? "candid or candidate.candid" : field))
    }

    @Test(arguments: [
        ("candidate.ra", #""string""#), ("candidate.jd", #""boolean""#), ("objectId", #""double""#),
        ("candidate.fid", #""double""#), ("candidate.magpsf", #"{"type":"array","items":"float"}"#),
    ])
    func aFieldOfAnotherTypeIsRefusedByItsName(field: String, type: String) throws {
        let schema = try MadePacket.ztf(types: [field: type]).schema
        var writer = ObjectContainerWriter(schema: schema)
        try writer.append(MadePacket(schema).datum)
        let error = Self.error(try writer.finish())
        #expect(error?.stage == .schema && error?.code == "type-mismatch" && error?.field == field)
    }

    @Test func numbersOfOtherWidthsArePromoted() throws {
        let types = [
            "candidate.ra": #""float""#, "candidate.fid": #""long""#, "candidate.magpsf": #"["null","double"]"#,
            "candid": #"["null","long"]"#, "candidate.dec": #""int""#,
        ]
        var packet = MadePacket(try MadePacket.ztf(types: types).schema)
        packet["objectId"] = "ZTF21abiuvdk"
        packet["candid"] = 12
        packet["candidate.jd"] = 2_459_000.75
        packet["candidate.fid"] = 2
        packet["candidate.ra"] = .float(123.25)
        packet["candidate.dec"] = .int(-12)
        packet["candidate.magpsf"] = 18.5
        packet["candidate.sigmapsf"] = .float(0.125)
        packet["candidate.isdiffpos"] = "true"
        let alert = try packet.alert()
        #expect(alert.ra == 123.25 && alert.dec == -12 && alert.band.name == "r" && alert.alertId == 12)
        packet["candid"] = .null
        #expect(try packet.error()?.field == "candid")
    }
}
