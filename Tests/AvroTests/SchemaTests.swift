import Testing

@testable import Avro

@Suite struct SchemaTests {
    @Test func keepsEveryAttributeInOrder() throws {
        let text = """
            {"type":"record","doc":"d","name":"a","namespace":"n.s","version":"3.3","fields":[{"name":"x","type":\
            ["null","float"],"default":null,"doc":"\\u00e9\\n"},{"type":{"type":"long","logicalType":\
            "timestamp-micros"},"name":"t","default":-1},{"name":"d","type":"double","default":-999.0,\
            "aliases":["e"]}]}
            """
        let schema = try AvroSchema(json: text)
        #expect(schema.name == "n.s.a")
        #expect(schema.fieldNames == ["x", "t", "d"])
        #expect(schema.description == text.replacing("\\u00e9", with: "é"))
    }
}
