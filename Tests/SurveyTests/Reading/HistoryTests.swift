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
            alert.finish()
            return alert
        }
        let unordered = alert([58_999, 58_990, 58_995, 59_000])
        #expect(unordered.upperLimits.map(\.mjd) == [58_990, 58_995, 58_999, 59_000])
        #expect(!unordered.flags.contains(.historyAfterAlert))
        #expect(alert([58_999, 58_995, 58_990]).upperLimits.map(\.mjd) == [58_990, 58_995, 58_999])
        let late = alert([59_000.000001, 58_999])
        #expect(late.flags == .historyAfterAlert)
        #expect(late.upperLimits.count == 2)
    }

    @Test func pointsOfOneTimeKeepTheirOrder() {
        for count in [3, 4, 5, 40] {
            for start in 0..<4 {
                var points = (0..<count).map { index in
                    PhotometricPoint.detection(
                        id: Int64(index),
                        mjd: 59_000 + Double((start + index * 7) % 4),
                        band: Band("g", wavelength: 470),
                        flux: 1,
                        fluxErr: 1
                    )
                }
                let expected = points.enumerated().sorted { ($0.element.mjd, $0.offset) < ($1.element.mjd, $1.offset) }
                points.sortByTime()
                #expect(points.map(\.id) == expected.map(\.element.id))
            }
        }
        var equal = [3, 2, 2, 1].map {
            PhotometricPoint.upperLimit(mjd: 59_000 + $0, band: Band("g", wavelength: 470), limit: 1)
        }
        for index in equal.indices { equal[index].id = Int64(index) }
        equal.sortByTime()
        #expect(equal.map(\.id) == [3, 1, 2, 0])
    }
}
