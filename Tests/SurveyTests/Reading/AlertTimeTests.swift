import Testing

@testable import Sky
@testable import Survey

@Suite struct AlertTimeTests {
    @Test func julianDatesBecomeModifiedOnes() {
        #expect(AlertTime.mjd(julianDate: 2_459_000.75) == 59_000.25)
        #expect(AlertTime.mjd(julianDate: 2_440_587.5) == 40_587)
    }

    @Test(arguments: [47_892, 60_000, 88_069.nextDown] as [Double])
    func timesFrom1990To2100MayBe(mjd: Double) throws {
        #expect(try AlertTime.checked(mjd: mjd, "field") == mjd)
    }

    @Test(arguments: [47_891.999, 88_069, 0, -1, .nan, .infinity, -.infinity, 2_459_000.75] as [Double])
    func otherTimesNameFieldAndValue(mjd: Double) throws {
        let error = #expect(throws: PacketError.self) { try AlertTime.checked(mjd: mjd, "list[3].mjd") }
        #expect(error?.stage == .time && error?.code == "out-of-range")
        #expect(error?.field == "list[3].mjd" && error?.value == "\(mjd)")
    }

    @Test func aMissingTimeIsSaidToBeMissing() {
        let error = #expect(throws: PacketError.self) { try AlertTime.checked(julianDate: nil, "candidate.jd") }
        #expect(error?.code == "missing-value" && error?.field == "candidate.jd")
    }
}
