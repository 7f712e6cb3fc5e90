import Sky
import Testing

/// What was seen once with nothing beside may have moved on.
@Suite struct ConfirmationTests {
    private let band = Band("g", wavelength: 474.6)

    private func record(
        nights: [Double] = [60_010],
        kind: LightCurve.Kind = .detection,
        flux: Float = 100,
        total: Float = .nan,
        _ context: (inout AlertContext) -> Void = { _ in }
    ) -> Record {
        var alert = Alert(
            survey: SurveyName("ztf"),
            alertId: 1,
            objectId: "ZTF25aaa",
            ra: 1,
            dec: 2,
            mjd: 60_010,
            timeScale: .utcStart,
            band: band,
            detections: [PhotometricPoint.detection(id: 1, mjd: 60_010, band: band, flux: 100, fluxErr: 2)]
        )
        context(&alert.context)
        let points = nights.map {
            LightCurve.Point(
                mjd: $0,
                flux: flux,
                fluxErr: 2,
                totalFlux: total,
                totalFluxErr: 4,
                wavelength: 475,
                kind: $0 == 60_010 ? .detection : kind
            )
        }
        return Record(alert: alert, lightCurve: LightCurve(points: points))
    }

    @Test func aSecondNightConfirms() {
        #expect(!record().isConfirmed && !record(nights: []).isConfirmed)
        #expect(record(nights: [60_009.96, 60_010]).isConfirmed && !record(nights: [60_009.98, 60_010]).isConfirmed)
        // Twice fainter than the reference within an hour is no second sight of something.
        #expect(!record(nights: [60_009.9, 60_010], flux: -100).isConfirmed)
        #expect(record(nights: [60_009.5, 60_010]).isConfirmed && record(nights: [60_000, 60_010]).isConfirmed)
        // What was only measured there, or looked for, shows no object.
        #expect(!record(nights: [60_000, 60_010], kind: .forced).isConfirmed)
        #expect(!record(nights: [60_000, 60_010], kind: .upperLimit).isConfirmed)
        // The survey's own count goes back further than the packet.
        #expect(record { $0.firstDetectionMjd = 60_009 }.isConfirmed)
        #expect(!record { $0.firstDetectionMjd = 60_009.95 }.isConfirmed)
    }

    @Test func aSourceOrAGalaxyBesideConfirms() {
        #expect(record { $0.referenceSource = .init(distance: 1.5) }.isConfirmed)
        #expect(!record { $0.referenceSource = .init(distance: 1.6) }.isConfirmed)
        #expect(record { $0.gaia = .init(distance: 0.3) }.isConfirmed)
        #expect(!record { $0.gaia = .init(distance: 60) }.isConfirmed)
        func near(_ distance: Float, _ score: Float?) -> Record {
            record { $0.nearestSources = [.init(distance: 9), .init(distance: distance, starGalaxyScore: score)] }
        }
        #expect(near(1, 0.99).isConfirmed && near(1, nil).isConfirmed)
        #expect(near(5, 0.1).isConfirmed && !near(5, 0.9).isConfirmed && !near(5, nil).isConfirmed)
        #expect(!near(5.1, 0.1).isConfirmed && !near(.nan, 0.1).isConfirmed)
        // The reference image shows 20 there, five times the error.
        #expect(record(total: 120).isConfirmed && !record(total: 119).isConfirmed && !record(total: 20).isConfirmed)
        // Of what is bright it must show a tenth: fluxes of two images differ by as much.
        #expect(!record(flux: 10_000, total: 10_900).isConfirmed && record(flux: 10_000, total: 11_100).isConfirmed)
    }

    @Test func aCatalogueOrASpectrumConfirms() {
        var known = record()
        known.metadata = Metadata(["parallax": 4])
        #expect(known.isConfirmed)
        known.metadata = nil
        known.spectrum = Spectrum(id: 1, wavelength: [4000, 5000], flux: [1, 1], uncertainty: [1, 1])
        #expect(known.isConfirmed)
    }
}
