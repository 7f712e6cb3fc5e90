import Avro
import Foundation
import Sky
import Testing

@testable import Survey

/// Schemas that went wrong once: the packets of `$TRIFID_SHARED/cases`, and small ones of the same kinds.
@Suite struct AwkwardSchemaTests {
    private static let cases = SharedData.root.appendingPathComponent("cases/packets")

    private static let areThere: Bool = {
        let areThere = FileManager.default.fileExists(atPath: cases.path)
        if !areThere { print("skipping the tests on awkward packets: \(cases.path) is not there; set TRIFID_SHARED") }
        return areThere
    }()

    private func theCase(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.cases.appendingPathComponent(name + ".avro")))
    }

    @Test(.enabled(if: areThere)) func theCasesGiveWhatIsRight() throws {
        for (name, code) in [
            ("schema_chain_4MB_stack", "schema-too-deep"), ("plan_explosion_1MB", "schema-too-large"),
        ] {
            #expect(PacketDecoderTests.error(try theCase(name))?.code == code)
        }
        for name in ["ztf_d01_isdiffpos_enum", "ztf_d06_rb_union_string"] {
            let decoder = PacketDecoder(registry: nil)
            let alerts = try decoder.alerts(try theCase(name))
            #expect(alerts.count == 1)
            let point = try #require(alerts.first?.detections.last)
            #expect(point.flux > 0)
            #expect(decoder.takeSchemaNotices().isEmpty)
        }
    }

    @Test(arguments: ["t", "f"]) func theSignOfADifferenceMayBeAnEnum(sign: String) throws {
        let type = #"{"type":"enum","name":"sign","symbols":["t","f"]}"#
        var packet = try MadePacket.ztf(types: ["candidate.isdiffpos": type])
        packet["candidate.isdiffpos"] = .enumeration(sign)
        let flux = try #require(try packet.alert().detections.last?.flux)
        #expect(sign == "t" ? flux > 0 : flux < 0)
    }

    @Test func aScoreMayHaveABranchThatIsNoNumber() throws {
        var packet = try MadePacket.ztf(types: ["candidate.rb": #"["null","float","string"]"#])
        packet["candidate.rb"] = .union(1, .float(0.75))
        let read = text([try packet.alert()])
        packet["candidate.rb"] = .union(2, "0.75")
        let missing = text([try packet.alert()])
        #expect(read.contains("0.75") && !missing.contains("0.75"))
    }

    @Test func aFieldThatCannotBeReadCostsTheFieldAndIsSaidOnce() throws {
        let type = #"{"type":"array","items":"float"}"#
        var packet = try MadePacket.ztf(types: ["candidate.rb": type])
        packet["candidate.rb"] = .array([.float(0.5)])
        let decoder = PacketDecoder(registry: nil)
        for _ in 0..<3 { #expect(try decoder.alerts(packet.container()).count == 1) }
        let notices = decoder.takeSchemaNotices()
        #expect(notices.count == 1 && notices.first?.unreadable.map(\.path) == ["candidate.rb"])
        #expect(notices.first?.description.contains("candidate.rb: the writer's type array") == true)
        #expect(decoder.takeSchemaNotices().isEmpty)
    }

    @Test func aRequiredFieldThatCannotBeReadIsAnError() throws {
        var packet = try MadePacket.ztf(types: ["candidate.ra": #""string""#])
        packet["candidate.ra"] = "12:30"
        let error = try packet.error()
        #expect(error?.stage == .schema && error?.code == "type-mismatch" && error?.field == "candidate.ra")
    }

    @Test func aUnionAtTheTopIsReadAndNullIsNoRecord() throws {
        let packet = try MadePacket.ztf()
        let schema = try AvroSchema(json: "[\"null\",\(packet.schema)]")
        var writer = ObjectContainerWriter(schema: schema)
        try writer.append(try [2] + packet.datum)
        #expect(text(try PacketDecoder(registry: nil).alerts(writer.finish())) == text([try packet.alert()]))
        try writer.append([0])
        #expect(PacketDecoderTests.error(try writer.finish())?.code == "no-records")
    }

    @Test func aSingleObjectIsReadByItsFingerprint() throws {
        let packet = try MadePacket.ztf()
        let message = try SingleObjectFrame.header(fingerprint: packet.schema.fingerprint) + packet.datum
        let registry = PacketDecoderTests.StubRegistry(schemas: [1: packet.schema])
        let decoder = PacketDecoder(registry: registry)
        for _ in 0..<2 { #expect(text(try decoder.alerts(message)) == text([try packet.alert()])) }
        #expect(PacketDecoderTests.error(message + [0], registry: registry)?.code == "trailing-bytes")
        let unknown = PacketDecoderTests.error(message, registry: PacketDecoderTests.StubRegistry())
        #expect(unknown?.code == "unknown-schema-id")
    }
}
