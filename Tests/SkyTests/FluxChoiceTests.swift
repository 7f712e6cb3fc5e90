import Sky
import Testing

/// Total or difference flux, as the first alert of an object says.
@Suite struct FluxChoiceTests {
    private let band = Band("g", wavelength: 474.6)

    private func alert(_ totals: [(mjd: Double, total: Double)]) -> Alert {
        Alert(
            survey: SurveyName("ztf"),
            alertId: 1,
            objectId: "ZTF25aaa",
            ra: 1,
            dec: 2,
            mjd: 60_010,
            timeScale: .utcStart,
            band: band,
            detections: totals.map {
                PhotometricPoint.detection(
                    mjd: $0.mjd,
                    band: band,
                    flux: 1,
                    fluxErr: 1,
                    totalFlux: $0.total,
                    totalFluxErr: $0.total
                )
            }
        )
    }

    @Test func thePacketsFirstDetectionDecidesWhateverLaterOnesHave() {
        #expect(FluxChoice(packetOf: alert([(60_000, 5), (60_010, .nan)])) == .total)
        #expect(FluxChoice(packetOf: alert([(60_010, 5), (60_000, .nan)])) == .difference)
    }

    @Test func whatIsLaterThanTheAlertDoesNotCount() {
        #expect(FluxChoice(packetOf: alert([(60_020, 5)])) == .difference)
        #expect(FluxChoice(packetOf: alert([])) == .difference)
    }

    @Test func aRecordTakesTheObjectsChoiceBeforeThatOfItsPacket() {
        let alert = alert([(60_000, 5)])
        #expect(Record(alert: alert, lightCurve: LightCurve()).fluxChoice == .total)
        #expect(Record(alert: alert, lightCurve: LightCurve(), fluxChoice: .difference).fluxChoice == .difference)
    }
}
