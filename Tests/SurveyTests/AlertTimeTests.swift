import Sky
import Testing

@testable import Survey

@Suite struct AlertTimeTests {
    @Test func julianDatesBecomeModifiedOnes() {
        #expect(AlertTime.mjd(julianDate: 2_459_000.75) == 59_000.25)
        #expect(AlertTime.mjd(julianDate: 2_440_587.5) == 40_587)
    }

    @Test(arguments: [47_892, 60_000, 88_069] as [Double])
    func timesFrom1990To2100MayBe(mjd: Double) throws {
        #expect(try AlertTime.checked(mjd: mjd, "field") == mjd)
    }

    @Test(arguments: [47_891.999, 88_069.001, 0, -1, .nan, .infinity, -.infinity, 2_459_000.75] as [Double])
    func otherTimesNameFieldAndValue(mjd: Double) throws {
        let error = #expect(throws: PacketError.self) { try AlertTime.checked(mjd: mjd, "list[3].mjd") }
        #expect(error?.stage == .time && error?.code == "out-of-range")
        #expect(error?.field == "list[3].mjd" && error?.value == "\(mjd)")
    }

    @Test func aMissingTimeIsSaidToBeMissing() {
        let error = #expect(throws: PacketError.self) { try AlertTime.checked(julianDate: nil, "candidate.jd") }
        #expect(error?.code == "missing-value" && error?.field == "candidate.jd")
    }

    @Test func historyIsPutInOrderAndMarkedWhereItIsLater() {
        let band = Band("g", wavelength: 470)
        func alert(_ limits: [Double]) -> Alert {
            var alert = Alert(
                survey: ZTF.name,
                alertId: 1,
                objectId: "a",
                ra: 0,
                dec: 0,
                mjd: 59_000,
                timeScale: .utcStart,
                band: band,
                detections: [],
                upperLimits: limits.map { UpperLimit(mjd: $0, band: band, limit: 1) }
            )
            alert.orderHistory()
            return alert
        }
        let unordered = alert([58_999, 58_990, 58_995, 59_000])
        #expect(unordered.upperLimits.map(\.mjd) == [58_990, 58_995, 58_999, 59_000])
        #expect(!unordered.flags.contains(.historyAfterAlert))
        let late = alert([59_000.000001, 58_999])
        #expect(late.flags == .historyAfterAlert)
        #expect(late.upperLimits.count == 2)
    }

    @Test(
        arguments: [(-0.001, 0), (360.001, 0), (0, -90.001), (0, 90.001), (.nan, 0), (0, .nan)] as [(Double, Double)]
    )
    func positionsOffTheSkyAreRefused(ra: Double, dec: Double) {
        #expect(throws: PacketError.self) { try Position.check(ra: ra, "ra", dec: dec, "dec") }
    }

    @Test(arguments: [(0, -90), (360, 90), (180, 0)] as [(Double, Double)])
    func theEdgesOfTheSkyBelongToIt(ra: Double, dec: Double) throws {
        let position = try Position.check(ra: ra, "ra", dec: dec, "dec")
        #expect(position.ra == ra && position.dec == dec)
    }
}
