import Testing

@testable import Sky

@Suite struct AtomicTimeTests {
    /// Values of astropy (ERFA): Time(mjd, format="mjd", scale="utc").tai.mjd.
    @Test(arguments: [(47892.0, 25), (57753.999, 36), (57754.0, 37), (60_000.0, 37), (53_736.5, 33)])
    func leapSecondsAreThoseOfTheBulletins(utc: Double, seconds: Int) {
        #expect(AtomicTime.leapSeconds(utc: utc) == seconds)
        #expect(abs((AtomicTime.mjd(utc: utc) - utc) * 86_400 - Double(seconds)) < 1e-4)
    }

    @Test func galacticLatitudeIsThatOfTheSky() {
        func latitude(_ ra: Double, _ dec: Double) -> Double {
            Alert(
                survey: SurveyName("s"),
                alertId: 1,
                objectId: "o",
                ra: ra,
                dec: dec,
                mjd: 1,
                timeScale: .taiMiddle,
                band: Band("g", wavelength: 470),
                detections: []
            ).galacticLatitude
        }
        #expect(abs(latitude(192.85948, 27.12825) - 90) < 1e-5)
        // Sagittarius A*: l 359.94, b -0.05.
        #expect(abs(latitude(266.41684, -29.00781) + 0.046) < 0.002)
        // Without a position there is no latitude, the pole's least of all.
        #expect(latitude(.nan, .nan).isNaN && latitude(10, .nan).isNaN)
    }
}
