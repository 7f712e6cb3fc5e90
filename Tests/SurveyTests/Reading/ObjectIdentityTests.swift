import Testing

@testable import Survey

@Suite struct ObjectIdentityTests {
    @Test func theFirstIdThatIsNeitherNullNorZeroNamesTheObject() {
        for diaObjectId in [nil, 0, 7] as [Int64?] {
            for ssObjectId in [nil, 0, 8] as [Int64?] {
                let name = ObjectIdentity.name(diaObjectId: diaObjectId, ssObjectId: ssObjectId, diaSourceId: 9)
                #expect(name == (diaObjectId == 7 ? "7" : ssObjectId == 8 ? "sso:8" : "source:9"))
            }
        }
    }
}
