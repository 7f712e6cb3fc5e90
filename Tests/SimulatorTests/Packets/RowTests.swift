import Avro
import SimulationSupport
import Testing

@testable import Simulator

@Suite struct RowTests {
    private let text = """
        {"type": "record", "name": "r", "fields": [
          {"name": "a", "type": ["null", "double"]}, {"name": "b", "type": ["float", "null"]},
          {"name": "c", "type": "int"}, {"name": "d", "type": ["null", "string"]}, {"name": "e", "type": "boolean"}]}
        """

    @Test func valuesStandInTheOrderOfTheSchema() throws {
        let schema = try AvroSchema(json: text)
        let shapes = try DatumShapes(schema)
        var row = try Row(shapes.root, in: shapes)
        for round in 0..<3 {
            row.clear()
            row["e"] = true
            row["d"] = "text"
            row["c"] = .integer(Int64(round))
            row["b"] = 0.5
            row["a"] = 2.5
            row["unknown"] = 1
            var encoder = AvroEncoder()
            row.encode(into: &encoder)
            let value = try encoder.bytes.withUnsafeBytes { try AvroValue.decode($0, as: schema).value }
            #expect(value["a"]?.number == 2.5 && value["b"]?.number == 0.5)
            #expect(value["c"]?.integer == Int64(round) && value["d"]?.text == "text")
            #expect(value["e"] == .boolean(true))
        }
    }

    @Test func whatIsNotSetIsNullOrZero() throws {
        let schema = try AvroSchema(json: text)
        let shapes = try DatumShapes(schema)
        let row = try Row(shapes.root, in: shapes)
        var encoder = AvroEncoder()
        row.encode(into: &encoder)
        let value = try encoder.bytes.withUnsafeBytes { try AvroValue.decode($0, as: schema).value }
        #expect(value["a"]?.isNull == true && value["b"]?.isNull == true && value["d"]?.isNull == true)
        #expect(value["c"]?.integer == 0 && value["e"] == .boolean(false))
    }
}
