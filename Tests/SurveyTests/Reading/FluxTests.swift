import Foundation
import Testing

@testable import Survey

@Suite struct FluxTests {
    @Test func fluxOfAMagnitudeIsTheDefinitionToFourteenDigits() {
        for step in 0...4000 {
            let magnitude = Double(step) / 100 - 5
            let expected = pow(10, (31.4 - magnitude) / 2.5)
            #expect(abs(Flux.nanojansky(magnitude: magnitude) / expected - 1) < 2e-14, "magnitude \(magnitude)")
        }
        #expect(abs(Flux.nanojansky(magnitude: 31.4) - 1) < 1e-15)
        #expect(abs(Flux.nanojansky(magnitude: 23.9) / 1000 - 1) < 1e-14)
    }

    @Test func magnitudeAndItsErrorComeBack() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let magnitude = Double.random(in: 10...25, using: &generator)
            let sigma = Double.random(in: 0.001...0.3, using: &generator)
            let flux = Flux.magnitude(magnitude, sigma: sigma)
            #expect(abs(31.4 - 2.5 * log10(flux.value) - magnitude) < 1e-12)
            #expect(abs(flux.error / flux.value * 2.5 / log(10) - sigma) < 1e-13)
            // To first order half the difference of the fluxes one sigma away on both sides.
            let brighter = Flux.nanojansky(magnitude: magnitude - sigma / 100)
            let fainter = Flux.nanojansky(magnitude: magnitude + sigma / 100)
            #expect(abs((brighter - fainter) * 50 / flux.error - 1) < 1e-5)
        }
    }

    @Test func sumsAddVariances() {
        let sum = Flux(value: 10, error: 3) + Flux(value: -4, error: 4)
        #expect(sum == Flux(value: 6, error: 5))
        #expect((Flux(value: 2, error: 1) + .unknown).value.isNaN)
    }

    @Test func anErrorHasNoSign() {
        #expect(Flux(value: 2, error: 1) * -3 == Flux(value: -6, error: 3))
    }
}
