import Foundation
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
        try LibAvro.accept(schema.description)
    }

    @Test(arguments: [
        "\"null\"", "\"string\"", "{\"type\":\"long\"}", "{\"type\":\"array\",\"items\":\"int\"}",
        "{\"type\":\"map\",\"values\":[\"null\",\"int\"]}", "[\"null\",\"int\"]",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":4}",
        "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"B\"]}",
    ]) func readsEveryTypeAtTheRoot(text: String) throws {
        #expect(try AvroSchema(json: text).description == text)
    }

    @Test func namesStandInTheEnclosingNamespace() throws {
        let schema = try AvroSchema(
            json: """
                {"type":"record","name":"a","namespace":"n","fields":[
                {"name":"x","type":{"type":"fixed","name":"f","size":2}},
                {"name":"y","type":"n.f"},{"name":"z","type":"f"},
                {"name":"w","type":{"type":"record","name":"m.b","fields":[
                {"name":"v","type":{"type":"enum","name":"e","symbols":["A"]}},{"name":"u","type":["null","m.b"]}]}},
                {"name":"t","type":"m.e"}]}
                """
        )
        guard case .record(_, let fields) = schema[schema.root] else { return #expect(Bool(false)) }
        #expect(Set(fields[0...2].map { schema[$0.type].branchName }) == ["n.f"])
        #expect(schema[fields[4].type].branchName == "m.e")
        try LibAvro.accept(schema.description)
    }

    @Test(
        arguments: [
            ("{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\"nosuch\"}]}", "x", "nosuch"),
            ("{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\"}]}", "x", "type"),
            ("{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"type\":\"int\"}]}", nil, "name"),
            ("{\"type\":\"record\",\"name\":\"r\"}", nil, "fields"),
            ("{\"type\":\"record\",\"fields\":[]}", nil, "name"),
            ("{\"type\":\"record\",\"name\":\"1r\",\"fields\":[]}", nil, "1r"),
            ("{\"type\":\"record\",\"name\":\"a-b\",\"fields\":[]}", nil, "a-b"),
            ("{\"type\":\"fixed\",\"name\":\"f\",\"size\":-1}", nil, "size"),
            ("{\"type\":\"fixed\",\"name\":\"f\",\"size\":\"4\"}", nil, "size"),
            ("{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"A\"]}", nil, "symbols"),
            ("{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[]}", nil, "symbols"),
            ("{\"type\":\"array\"}", nil, "items"), ("{\"type\":\"map\"}", nil, "values"), ("{}", nil, "type"),
            ("1", nil, "1"),
            ("[\"int\",\"int\"]", nil, "twice"), ("[[\"int\"]]", nil, "union"), ("[]", nil, "branches"),
            (
                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}},{\"name\":\"y\",\"type\":{\"type\":\"fixed\",\"name\":\"f\",\"size\":2}}]}",
                "y", "twice"
            ),
        ] as [(String, String?, String)]
    ) func saysWhatIsWrong(text: String, path: String?, word: String) {
        let error = #expect(throws: AvroError.self) { try AvroSchema(json: text) }
        #expect(error?.kind == .schema)
        #expect(error?.path == path)
        #expect(error?.message.contains(word) == true, "\(String(describing: error))")
    }

    @Test func theSameDefinitionAgainIsAReference() throws {
        let fixed = "{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}"
        let schema = try AvroSchema(
            json:
                "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\(fixed)},{\"name\":\"y\",\"type\":\(fixed)}]}"
        )
        #expect(schema.description.contains("{\"name\":\"y\",\"type\":\"f\"}"))
        try LibAvro.accept(schema.description)
    }

    @Test func nestingIsBounded() {
        let depth = 100
        let text =
            String(repeating: "{\"type\":\"array\",\"items\":", count: depth) + "\"int\""
            + String(repeating: "}", count: depth)
        #expect(throws: AvroError.self) { try AvroSchema(json: text) }
    }

    @Test func filesThatNameEachOtherBecomeOneSchema() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/avro-schemas-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = [
            "alert.avsc":
                #"{"type":"record","name":"alert","namespace":"lsst.v9_7","fields":[{"name":"a","type":"lsst.v9_7.source"},{"name":"b","type":["null",{"type":"array","items":"source"}]},{"name":"c","type":"loose"}]}"#,
            "source.avsc":
                #"{"type":"record","name":"source","namespace":"lsst.v9_7","fields":[{"name":"x","type":"inner"}]}"#,
            "inner.avsc": #"{"type":"fixed","name":"lsst.v9_7.inner","size":2}"#,
            "loose.avsc": #"{"type":"enum","name":"loose","symbols":["A"]}"#,
            "broken.avsc": "{",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
        let schemas = try SchemaFolder(folder)
        #expect(schemas.names == ["loose", "lsst.v9_7.alert", "lsst.v9_7.inner", "lsst.v9_7.source"])
        #expect(schemas.problems.count == 1 && schemas.problems[0].contains("broken.avsc"))
        let schema = try schemas.schema(named: "lsst.v9_7.alert")
        try LibAvro.accept(schema.description)
        #expect(try AvroSchema(json: schema.description).types == schema.types)
        #expect(throws: AvroError.self) { try schemas.schema(named: "lsst.v9_7.gone") }

        let registry = try FolderSchemaRegistry(folder)
        #expect(registry.ids == [907])
        #expect(try registry.schema(id: 907) == schema)
        let unknown = #expect(throws: AvroError.self) { try registry.schema(id: 908) }
        #expect(unknown?.kind == .unknownSchemaId)
        try Data("\"long\"".utf8).write(to: URL(fileURLWithPath: folder + "/12.avsc"))
        #expect(try FolderSchemaRegistry(folder).schema(id: 12).description == "\"long\"")
        #expect(throws: AvroError.self) { try FolderSchemaRegistry(folder + "/nosuch") }
    }
}
