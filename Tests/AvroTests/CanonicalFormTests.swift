import Testing

@testable import Avro

@Suite struct CanonicalFormTests {
    /// From Apache's own `share/test/data/schema-tests.txt`.
    @Test(
        arguments: [
            ("\"null\"", 7_195_948_357_588_979_594), ("{\"type\":\"boolean\"}", -6_970_731_678_124_411_036),
            ("\"int\"", 8_247_732_601_305_521_295), ("\"string\"", -8_142_146_995_180_207_161),
        ] as [(String, Int64)]
    )
    func fingerprintsAreApaches(text: String, fingerprint: Int64) throws {
        #expect(try AvroSchema(json: text).fingerprint == UInt64(bitPattern: fingerprint))
    }

    @Test func whatDoesNotDecideHowBytesAreReadIsLeftOut() throws {
        let schema = try AvroSchema(
            json: """
                {"namespace":"n","doc":"d","fields":[
                {"default":null,"type":["null",{"type":"long","logicalType":"timestamp-micros"}],"name":"t"},
                {"name":"f","aliases":["g"],"type":{"size":4,"name":"f","type":"fixed"}},
                {"name":"h","type":"f"},{"name":"r","type":["null","n.a"]},
                {"name":"m","type":{"values":{"symbols":["A"],"type":"enum","name":"o.e"},"type":"map"}}
                ],"type":"record","name":"a"}
                """
        )
        #expect(
            schema.canonicalForm == #"{"name":"n.a","type":"record","fields":[{"name":"t","type":["null","long"]},"#
                + #"{"name":"f","type":{"name":"n.f","type":"fixed","size":4}},{"name":"h","type":"n.f"},"#
                + #"{"name":"r","type":["null","n.a"]},{"name":"m","type":{"type":"map","values":"#
                + #"{"name":"o.e","type":"enum","symbols":["A"]}}}]}"#
        )
    }

    @Test func singleObjectsAreFramed() throws {
        let bytes = SingleObjectFrame.header(fingerprint: 0x0123_4567_89AB_CDEF) + [7]
        #expect(bytes == [0xC3, 1, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 1, 7])
        let frame = try bytes.withUnsafeBytes { try FramedDatum($0) }
        #expect(frame.key == .fingerprint(0x0123_4567_89AB_CDEF) && frame.headerSize == 10)
        let confluent = try ([0, 0, 0, 2, 192, 7] as [UInt8]).withUnsafeBytes { try FramedDatum($0) }
        #expect(confluent.key == .id(704) && confluent.headerSize == 5)
        for count in 2..<10 {
            let error = #expect(throws: AvroError.self) {
                _ = try Array(bytes[..<count]).withUnsafeBytes { try FramedDatum($0) }
            }
            #expect(error?.kind == .truncated)
        }
    }
}
