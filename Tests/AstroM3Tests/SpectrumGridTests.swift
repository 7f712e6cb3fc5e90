import Foundation
import Sky
import Testing

@testable import AstroM3

/// Spectra brought to the published grid.
@Suite struct SpectrumGridTests {
    private let grid = SpectrumGrid(input: SpectrumInput(start: 3850, step: 2, points: 2575))

    @Test func aSpectrumOnTheGridIsCentredAndScaled() throws {
        let wavelength = (0..<2575).map { Float(3850 + 2 * $0) }
        let flux = wavelength.map { 5 + sin($0 / 100) }
        let rows = try #require(
            grid.rows(of: Spectrum(wavelength: wavelength, flux: flux, uncertainty: wavelength.map { _ in 0.25 }))
        )
        #expect(rows.count == 3 * 2575)
        let doubles = flux.map(Double.init)
        let mean = doubles.reduce(0, +) / 2575
        let scale = Robust.medianAbsoluteDeviation(doubles)
        for i in 0..<2575 {
            #expect(abs(Double(rows[3 * i]) - (doubles[i] - mean) / scale) < 1e-5)
            #expect(abs(Double(rows[3 * i + 1]) - 0.25 / scale) < 1e-5)
            #expect(abs(Double(rows[3 * i + 2]) - log10(scale)) < 1e-5)
        }
    }

    @Test func pointsBetweenAreInterpolatedAndEdgesHeld() throws {
        // Coverage 4500 to 8500 Å only, rising from 1 to 3.
        let rows = try #require(grid.rows(of: Spectrum(wavelength: [4500, 6500, 8500], flux: [1, 2, 3])))
        let values = (0..<2575).map { i -> Double in
            let at = 3850 + 2 * Double(i)
            return 1 + 2 * min(max((at - 4500) / 4000, 0), 1)
        }
        let mean = values.reduce(0, +) / 2575
        let scale = Robust.medianAbsoluteDeviation(values)
        let errors = (0..<2575).map { abs(Double(rows[3 * $0]) - (values[$0] - mean) / scale) }
        #expect(errors.max() ?? 1 < 1e-4)
        #expect(rows[1] == 0)
    }

    @Test func orderDoesNotMatterAndHolesAreBridged() throws {
        let rising = try #require(grid.rows(of: Spectrum(wavelength: [4000, 6000, 8000], flux: [1, 5, 2])))
        let mixed = Spectrum(wavelength: [8000, 5000, 4000, 6000, .nan], flux: [2, .nan, 1, 5, 9])
        #expect(grid.rows(of: mixed) == rising)
    }

    @Test func aFlatSpectrumHasAScaleOfOne() throws {
        let rows = try #require(grid.rows(of: Spectrum(wavelength: [4000, 8000], flux: [3, 3])))
        #expect(rows.allSatisfy { $0 == 0 })
    }

    @Test func zerosDoNotSetTheScale() throws {
        // Mostly zeros, as outside an instrument's coverage: the deviation of what is not 0 counts.
        let wavelength = (0..<2575).map { Float(3850 + 2 * $0) }
        let flux = wavelength.indices.map { $0 < 2000 ? Float(0) : 10 + Float($0 % 5) }
        let rows = try #require(grid.rows(of: Spectrum(wavelength: wavelength, flux: flux)))
        #expect(rows[2] == log10(Float(1)))
    }

    @Test(arguments: [
        Spectrum(wavelength: [], flux: []), Spectrum(wavelength: [4000], flux: [1]),
        Spectrum(wavelength: [4000, 5000], flux: [1]), Spectrum(wavelength: [4000, 5000], flux: [.nan, 1]),
        Spectrum(wavelength: [4000, 5000], flux: [1, 2], uncertainty: [.infinity, 1]),
    ])
    func tooLittleIsNoSpectrum(spectrum: Spectrum) {
        #expect(grid.rows(of: spectrum) == nil)
    }

    @Test func aModelThatWasTrainedWithoutUncertaintiesSeesNone() throws {
        let wavelength = (0..<2575).map { Float(3850 + 2 * $0) }
        let flux = wavelength.map { 5 + sin($0 / 100) }
        let input = SpectrumInput(start: 3850, step: 2, points: 2575, uncertainty: false)
        let blind = SpectrumGrid(input: input)
        // Nor does a pixel count as missing for want of one.
        let noisy = Spectrum(
            wavelength: wavelength,
            flux: flux,
            uncertainty: wavelength.map { $0 < 4000 ? .nan : 0.25 }
        )
        let rows = try #require(blind.rows(of: noisy))
        #expect(rows == grid.rows(of: Spectrum(wavelength: wavelength, flux: flux)))
        let read = try JSONDecoder().decode(SpectrumInput.self, from: JSONEncoder().encode(input))
        #expect(read == input)
        let older = try JSONDecoder().decode(
            SpectrumInput.self,
            from: Data(#"{"start": 3850, "step": 2, "points": 2575}"#.utf8)
        )
        #expect(older.uncertainty)
    }
}
