import Testing

@testable import Sky

@Suite struct LightCurveTests {
    @Test func pointsAfterTheAlertAreLeftOutAndTheRestIsInOrder() {
        let band = Band("r", wavelength: 640)
        let alert = Alert(
            survey: SurveyName("ztf"),
            alertId: 1,
            objectId: "ZTF20aaaaaaa",
            ra: 1,
            dec: 2,
            mjd: 100,
            timeScale: .utcStart,
            band: band,
            detections: [100, 98, 101].map {
                PhotometricPoint.detection(mjd: $0, band: band, flux: $0, fluxErr: 1)
            },
            upperLimits: [
                PhotometricPoint.upperLimit(mjd: 97, band: band, limit: 50),
                PhotometricPoint.upperLimit(mjd: 100.5, band: band, limit: 5),
            ],
            forced: [PhotometricPoint.forced(mjd: 99, band: band, flux: 3, fluxErr: 2)]
        )
        let points = LightCurve(packetOf: alert, quality: QualityRule()).points
        #expect(points.map(\.mjd) == [97, 98, 99, 100])
        #expect(points.map(\.kind) == [.upperLimit, .detection, .forced, .detection])
        #expect(points[0].flux.isNaN && points[0].fluxErr == 10)
    }
}
