import Testing

@testable import Survey

@Suite struct SchemaVersionTests {
    @Test(
        arguments: [
            ("lsst.v7_1.alert", "7.1"), ("lsst.v10_0.alert", "10.0"), ("lsst.v11_1.alert", "11.1"),
            ("elasticc.v0_9_1.alert", nil), ("lsst.v7_1.diaSource", nil), ("lsst.7_1.alert", nil),
            ("lsst.v.alert", nil),
            ("lsst.vx.alert", nil), ("lsst.v7_1.alert.x", nil), ("", nil),
        ] as [(String, String?)]
    )
    func versionsStandInNames(name: String, version: String?) {
        #expect(SchemaVersion.version(inName: name, prefix: "lsst") == version)
    }
}
