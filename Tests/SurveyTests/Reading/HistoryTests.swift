import Sky
import Testing

@testable import Survey

@Suite struct HistoryTests {
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
                upperLimits: limits.map { PhotometricPoint.upperLimit(mjd: $0, band: band, limit: 1) }
            )
            alert.finish { _ in .nan }
            return alert
        }
        let unordered = alert([58_999, 58_990, 58_995, 59_000])
        #expect(unordered.upperLimits.map(\.mjd) == [58_990, 58_995, 58_999, 59_000])
        #expect(!unordered.flags.contains(.historyAfterAlert))
        let late = alert([59_000.000001, 58_999])
        #expect(late.flags == .historyAfterAlert)
        #expect(late.upperLimits.count == 2)
    }
}
