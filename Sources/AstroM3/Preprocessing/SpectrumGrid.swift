import Glibc
package import Sky

/// A spectrum on the model's grid with three channels: flux, the third channel of the model's training data, and the
/// scale.
///
/// Linear interpolation, the edge values held outside the coverage (`numpy.interp`); flux centred on its mean; both
/// channels divided by the raw median absolute deviation of the flux that is not 0; log10 of that as third channel.
/// The published model was trained with LAMOST's inverse variance in the second channel, divided like an error.
package struct SpectrumGrid: Sendable {
    private let input: SpectrumInput

    package init(input: SpectrumInput) { self.input = input }

    /// Rows (points, 3); nil where less than two points of the spectrum are usable.
    package func rows(of spectrum: Spectrum) -> [Float]? {
        let uncertainties = input.uncertainty ? spectrum.uncertainty : []
        let usable = spectrum.wavelength.indices.filter { place in
            place < spectrum.flux.count && spectrum.wavelength[place].isFinite && spectrum.flux[place].isFinite
                && (uncertainties.isEmpty || place < uncertainties.count && uncertainties[place].isFinite)
        }
        guard usable.count >= 2 else { return nil }
        let order = Self.rising(usable, by: spectrum.wavelength)
        let wavelength = order.map { Double(spectrum.wavelength[$0]) }
        let flux = interpolate(wavelength, order.map { Double(spectrum.flux[$0]) })
        let uncertainty =
            uncertainties.isEmpty
            ? [Double](repeating: 0, count: input.points)
            : interpolate(wavelength, order.map { Double(uncertainties[$0]) })
        let mean = flux.reduce(0, +) / Double(flux.count)
        let scale = Self.scale(of: flux, mean: mean)
        let logScale = Float(log10(scale))
        var rows: [Float] = []
        rows.reserveCapacity(3 * input.points)
        for i in 0..<input.points {
            rows.append(Float((flux[i] - mean) / scale))
            rows.append(Float(uncertainty[i] / scale))
            rows.append(logScale)
        }
        return rows.allSatisfy(\.isFinite) ? rows : nil
    }

    /// The raw median absolute deviation of the flux that is not 0; where it is 0 the standard deviation, where that
    /// is 0 too, 1.
    private static func scale(of flux: [Double], mean: Double) -> Double {
        let deviation = Robust.medianAbsoluteDeviation(flux.filter { $0 != 0 })
        if deviation > 0 { return deviation }
        let variance = flux.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(flux.count)
        return variance > 0 ? variance.squareRoot() : 1
    }

    private static func rising(_ places: [Int], by wavelength: [Float]) -> [Int] {
        let sorted = zip(places, places.dropFirst()).allSatisfy { wavelength[$0] <= wavelength[$1] }
        return sorted ? places : places.sorted { wavelength[$0] < wavelength[$1] }
    }

    private func interpolate(_ x: [Double], _ y: [Double]) -> [Double] {
        var right = 1
        return (0..<input.points).map { i in
            let at = input.start + Double(i) * input.step
            if at <= x[0] { return y[0] }
            if at >= x[x.count - 1] { return y[y.count - 1] }
            while x[right] < at { right += 1 }
            let width = x[right] - x[right - 1]
            guard width > 0 else { return y[right] }
            return y[right - 1] + (y[right] - y[right - 1]) * (at - x[right - 1]) / width
        }
    }
}
