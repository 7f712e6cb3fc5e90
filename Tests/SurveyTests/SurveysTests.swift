import Avro
import Sky
import Testing

@testable import Survey

@Suite struct SurveysTests {
    @Test(arguments: [
        ("ztf.alert", "ztf"), ("lsst.v7_1.alert", "lsst"), ("lsst.v8_0.alert", "lsst"), ("lsst.v11_1.alert", "lsst"),
        ("lsst.v12_3.alert", "lsst"), ("elasticc.v0_9.alert", "elasticc"), ("elasticc.v0_9_1.alert", "elasticc"),
    ])
    func everySchemaHasOneSurvey(schema: String, survey: String) throws {
        #expect(Surveys.formats.filter { $0.claims(schema) }.map { $0.name.name } == [survey])
    }

    @Test(arguments: ["lsst.v6_1.alert", "rapid.v01_00.alert", "alert", "ztf.candidate", "elasticc.v0_9.diaSource"])
    func aSchemaThatNoSurveyClaimsIsNamedWithThoseThatAreKnown(name: String) throws {
        let schema = try AvroSchema(json: #"{"type":"record","name":"\#(name)","fields":[]}"#)
        let error = #expect(throws: PacketError.self) { try Surveys.index(of: schema) }
        #expect(error?.stage == .schema && error?.code == "unknown-survey" && error?.value == name)
        for survey in ["ztf", "lsst", "elasticc"] { #expect(error?.message.contains(survey) == true) }
    }

    @Test func bandsAreDeclaredWithTheirWavelengths() {
        for name in Surveys.names {
            let bands = Surveys.bands(of: name)
            #expect(bands.count >= 3)
            #expect(zip(bands, bands.dropFirst()).allSatisfy { $0.wavelength < $1.wavelength })
            #expect(bands.allSatisfy { (300...1100).contains($0.wavelength) })
        }
    }
}
