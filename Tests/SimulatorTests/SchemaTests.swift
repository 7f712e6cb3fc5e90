import Avro
import Foundation
import SimulationSupport
import Testing

@testable import Simulator

@Suite struct SchemaTests {
    @Test func everySchemaIsReadAndNamesItsVersion() throws {
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        for version in ["7_1", "7_2", "7_3", "7_4", "8_0", "9_0", "10_0", "10_1", "11_0", "11_1"] {
            let schema = try SchemaLocation.alertSchema("lsst/lsst.v\(version).alert.avsc", in: Simulations.schemas)
            #expect(schema.name == "lsst.v\(version).alert")
            let id = try #require(PacketFrame.registryId(schema))
            #expect(try registry.schema(id: id) == schema)
        }
        for file in ["ztf/ztf.v3_3.alert.avsc", "ztf/ztf.v4_02.alert.avsc"] {
            #expect(try SchemaLocation.alertSchema(file, in: Simulations.schemas).name == "ztf.alert")
        }
        for version in ["0_9", "0_9_1"] {
            let file = "elasticc/elasticc.v\(version).alert.avsc"
            #expect(try SchemaLocation.alertSchema(file, in: Simulations.schemas).name == "elasticc.v\(version).alert")
        }
    }

    @Test func noDocumentationIsCopied() throws {
        let folder = URL(fileURLWithPath: Simulations.schemas)
        for survey in ["ztf", "lsst", "elasticc"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(survey).path)
            #expect(names.contains("README.md"))
            for name in names where name.hasSuffix(".avsc") {
                let text = try String(contentsOf: folder.appendingPathComponent("\(survey)/\(name)"), encoding: .utf8)
                #expect(!text.contains("\"doc\""), "\(name)")
            }
        }
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let error = #expect(throws: SimulationError.self) {
            try SchemaLocation.alertSchema("ztf/ztf.v4_02.alert.avsc", in: "/nowhere")
        }
        #expect(error?.description.contains("/nowhere/ztf") == true)
    }
}
