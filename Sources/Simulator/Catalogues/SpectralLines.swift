/// Features in a spectrum that is being made, in the source's own frame (Ångström).
struct SpectralLines {
    let redshift: Double
    let wavelength: [Float]
    var flux: [Double]

    /// The lines of hydrogen's Balmer series.
    static let balmer = [6562.8, 4861.3, 4340.5, 4101.7, 3970.1]
    /// Heads of the bands of titanium oxide.
    static let titaniumOxide = [4761.0, 4954, 5167, 5448, 5862, 6159, 6651, 7054, 7589, 8432]

    /// Multiplies the continuum by 1 - depth x Gaussian: absorption for a positive depth, emission for a negative.
    mutating func line(_ rest: Double, depth: Double, width: Double) {
        let centre = rest * (1 + redshift)
        let sigma = width * (1 + redshift)
        apply(from: centre - 5 * sigma, to: centre + 5 * sigma) { lambda in
            let d = (lambda - centre) / sigma
            return 1 - depth * Portable.exp(-0.5 * d * d)
        }
    }

    /// A line of an expanding shell: emission at rest, absorption at the velocity of the shell (km/s).
    mutating func pCygni(_ rest: Double, depth: Double, velocity: Double, emission: Double = 0.5) {
        let shift = 1 - velocity / 299_792
        let width = rest * velocity / 299_792 / 2.6
        line(rest * shift, depth: depth, width: width)
        line(rest, depth: -depth * emission, width: 1.2 * width)
    }

    /// A molecular band: a sharp head and a slow recovery towards the red.
    mutating func band(_ head: Double, depth: Double, length: Double) {
        let centre = head * (1 + redshift)
        apply(from: centre - 12, to: centre + 4 * length) { lambda in
            let d = lambda - centre
            return d < 0 ? 1 - depth * (1 + d / 12) : 1 - depth * Portable.exp(-d / length)
        }
    }

    private mutating func apply(from low: Double, to high: Double, _ factor: (Double) -> Double) {
        guard let first = wavelength.first, wavelength.count > 1 else { return }
        let step = Double(wavelength[1] - first)
        let start = max(0, Int((low - Double(first)) / step))
        let end = min(wavelength.count - 1, Int((high - Double(first)) / step))
        guard start <= end else { return }
        for index in start...end {
            flux[index] *= max(0.02, factor(Double(wavelength[index])))
        }
    }
}
