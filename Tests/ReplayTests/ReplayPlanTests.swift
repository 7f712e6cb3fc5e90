import Avro
import SimulationSupport
import Testing

@testable import Replay
@testable import Simulator

@Suite struct ReplayPlanTests {
    /// Writes a datum for a round; the ids are those of the datum itself.
    private func rewritten(_ datum: [UInt8], _ schema: AvroSchema, round: Int) throws -> AvroValue {
        let plan = try ReplayPlan(schema)
        var identities = ReplayIdentities()
        let noted = try datum.withUnsafeBytes { try ReplayPass.note($0, plan, in: &identities) }
        #expect(noted == datum.count)
        try identities.makeRoom(rounds: 5)
        let written = try datum.withUnsafeBytes {
            try ReplayPass.write($0, plan, AnotherSky(round: round), identities)
        }
        #expect(written.used == datum.count)
        if round == 0 { #expect(written.datum == datum) }
        return try written.datum.withUnsafeBytes { try AvroValue.decode($0, as: schema).value }
    }

    @Test func blocksWithTheirSizeInBytesAreRead() throws {
        let schema = try AvroSchema(
            json: """
                {"type": "record", "name": "r", "fields": [
                  {"name": "list", "type": {"type": "array", "items": {"type": "record", "name": "i", "fields": [
                    {"name": "candid", "type": "long"}, {"name": "ra", "type": "double"}]}}},
                  {"name": "map", "type": {"type": "map", "values": "i"}}]}
                """
        )
        // Short ids become longer, so that the size that the block gives is no longer true.
        var items = AvroEncoder()
        for id in [5, 6] as [Int64] {
            items.long(id)
            items.double(350)
        }
        var datum = AvroEncoder()
        datum.long(-2)
        datum.long(Int64(items.bytes.count))
        datum.raw(items.bytes)
        datum.blocksEnd()
        datum.long(-1)
        datum.long(11)
        datum.string("k")
        datum.long(5)
        datum.double(10)
        datum.blocksEnd()
        for round in 0..<4 {
            let value = try rewritten(datum.bytes, schema, round: round)
            let list = value["list"]?.items ?? []
            #expect(list.count == 2)
            #expect((list[0]["candid"]?.integer == 5) == (round == 0))
            #expect(list[0]["candid"] == value["map"]?["k"]?["candid"])
            #expect(list[0]["candid"] != list[1]["candid"])
            #expect(list[0]["ra"]?.number == AnotherSky(round: round).rotated(350))
        }
    }

    @Test func typesInsideThemselvesAreRead() throws {
        let schema = try AvroSchema(
            json: """
                {"type": "record", "name": "node", "fields": [
                  {"name": "jd", "type": "double"}, {"name": "next", "type": ["null", "node"]}]}
                """
        )
        var datum = AvroEncoder()
        for depth in 0..<5 {
            datum.double(2_460_000.5 + Double(depth))
            datum.union(depth < 4 ? 1 : 0)
        }
        var value: AvroValue? = try rewritten(datum.bytes, schema, round: 3)
        for depth in 0..<5 {
            #expect(value?["jd"]?.number == 2_460_003.5 + Double(depth))
            value = value?["next"]
        }
        #expect(value?.isNull == true)
        var endless = AvroEncoder()
        for _ in 0..<1000 {
            endless.double(1)
            endless.union(1)
        }
        #expect(throws: SimulationError.self) { try rewritten(endless.bytes, schema, round: 1) }
    }

    @Test func everyOtherTypeIsCopied() throws {
        let schema = try AvroSchema(
            json: """
                {"type": "record", "name": "r", "fields": [
                  {"name": "a", "type": "null"}, {"name": "b", "type": "boolean"}, {"name": "c", "type": "int"},
                  {"name": "d", "type": "float"}, {"name": "e", "type": "bytes"}, {"name": "f", "type": "string"},
                  {"name": "g", "type": {"type": "fixed", "name": "f4", "size": 4}},
                  {"name": "h", "type": {"type": "enum", "name": "en", "symbols": ["x", "y"]}},
                  {"name": "i", "type": ["null", "string", "double"]}, {"name": "objectId", "type": "string"}]}
                """
        )
        var datum = AvroEncoder()
        datum.boolean(true)
        datum.int(-7)
        datum.float(1.5)
        datum.bytes([1, 2, 3])
        datum.string("text")
        datum.raw([9, 8, 7, 6])
        datum.enumeration(1)
        datum.union(2)
        datum.double(2.5)
        datum.string("ZTF20aaaaaab")
        let first = try rewritten(datum.bytes, schema, round: 0)
        let later = try rewritten(datum.bytes, schema, round: 2)
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] { #expect(first[name] == later[name]) }
        #expect(first["objectId"]?.text == "ZTF20aaaaaab" && later["objectId"]?.text == "ZTF20aaaaaad")
    }
}
