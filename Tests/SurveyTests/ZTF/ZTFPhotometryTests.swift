import Testing

@testable import Survey

@Suite struct ZTFPhotometryTests {
    @Test func aNegativeSubtractionIsANegativeFluxWithAPositiveError() {
        for magnitude in stride(from: 14.0, through: 22, by: 0.25) {
            let brighter = ZTFPhotometry.difference(magnitude: magnitude, sigma: 0.1, isPositive: true)
            let fainter = ZTFPhotometry.difference(magnitude: magnitude, sigma: 0.1, isPositive: false)
            #expect(brighter.value > 0 && brighter.error > 0)
            #expect(fainter == Flux(value: -brighter.value, error: brighter.error))
        }
    }

    @Test func countsAtTheirZeroPointAreTheMagnitudesFlux() {
        // m = zp - 2.5 log10(DN): 100 DN are 5 magnitudes brighter than the zero point.
        let flux = ZTFPhotometry.forced(counts: 100, uncertainty: 10, zeroPoint: 26.25)
        #expect(abs(flux.value / Flux.nanojansky(magnitude: 21.25) - 1) < 1e-13)
        #expect(abs(flux.error / flux.value - 0.1) < 1e-15)
        #expect(ZTFPhotometry.forced(counts: -100, uncertainty: 10, zeroPoint: 26.25).value == -flux.value)
    }

    @Test func referenceAndDifferenceMakeTheTotal() {
        let difference = ZTFPhotometry.difference(magnitude: 19, sigma: 0.1, isPositive: false)
        let total = ZTFPhotometry.total(
            difference: difference,
            referenceMagnitude: 18,
            referenceSigma: 0.02,
            distance: 0.5
        )
        let reference = Flux.magnitude(18, sigma: 0.02)
        #expect(total.value == reference.value + difference.value)
        #expect(total.error >= difference.error && total.error >= reference.error)
    }

    @Test(arguments: [nil, -0.1, 1.41, 30] as [Double?])
    func aReferenceSourceElsewhereIsNotTheObject(distance: Double?) {
        let total = ZTFPhotometry.total(
            difference: Flux(value: 1, error: 1),
            referenceMagnitude: 18,
            referenceSigma: 0.02,
            distance: distance
        )
        #expect(total.value.isNaN && total.error.isNaN)
    }

    @Test(arguments: [nil, .nan, .infinity, -.infinity, -999, -999.0, -99_999] as [Double?])
    func sentinelsAreNoValues(value: Double?) {
        #expect(ZTFPhotometry.known(value) == nil)
        #expect(ZTFPhotometry.deviation(value).isNaN)
    }

    @Test func aMagnitudeWithoutAFiniteFluxIsNoValue() {
        #expect(ZTFPhotometry.limit(-1006.94) == nil)
        #expect(ZTFPhotometry.limit(20.5) == Flux.nanojansky(magnitude: 20.5))
        #expect(Flux.magnitude(-1006.94, sigma: 0.1).value.isNaN)
    }

    @Test func otherNumbersAreValues() {
        for value in [0, -1, -998.9, 17.25, -99_998] as [Double] { #expect(ZTFPhotometry.known(value) == value) }
        #expect(ZTFPhotometry.deviation(-0.1).isNaN)
        #expect(ZTFPhotometry.deviation(0.1) == 0.1)
    }

    @Test func everyFirstByteOfIsdiffposIsReadOrRefused() {
        for byte in UInt8.min...UInt8.max {
            let expected: Bool? =
                switch Character(UnicodeScalar(byte)) {
                case "t", "T", "1": true
                case "f", "F", "0": false
                default: nil
                }
            #expect(ZTFPhotometry.isPositive(byte) == expected)
        }
    }
}
