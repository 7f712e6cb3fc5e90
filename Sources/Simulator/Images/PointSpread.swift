/// Light of point sources and galaxies on a small patch of pixels.
struct Patch {
    let width: Int
    let height: Int
    var pixels: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = Array(repeating: 0, count: width * height)
    }

    /// Adds a star: a Gaussian of the given width (FWHM, pixels) and total flux, `dx`, `dy` from the middle.
    mutating func addStar(flux: Double, fwhm: Double, dx: Double, dy: Double) {
        let sigma = fwhm / 2.3548
        let columns = profile(width, dx, sigma)
        let rows = profile(height, dy, sigma)
        let scale = Float(flux / (2 * .pi * sigma * sigma))
        for y in 0..<height {
            let row = scale * rows[y]
            if row.magnitude < 1e-3 { continue }
            for x in 0..<width { pixels[y * width + x] += row * columns[x] }
        }
    }

    private func profile(_ count: Int, _ centre: Double, _ sigma: Double) -> [Float] {
        let middle = Double(count / 2) + centre
        return (0..<count).map { place in
            let d = (Double(place) - middle) / sigma
            return Float(Portable.exp(-0.5 * d * d))
        }
    }

    /// Adds a galaxy: an exponential disc blurred by the seeing, `dx`, `dy` from the middle, lengths in pixels.
    mutating func addDisc(
        _ host: SimulatedSource.Host,
        flux: Double,
        scale: Double,
        fwhm: Double,
        dx: Double,
        dy: Double
    ) {
        // The blur is taken as a core that flattens the cusp.
        let core = fwhm / 2.3548
        let length = (scale * scale + 0.25 * core * core).squareRoot()
        let amplitude = flux / (2 * .pi * length * length * host.axisRatio)
        let middleX = Double(width / 2) + dx
        let middleY = Double(height / 2) + dy
        let turn = Portable.sineAndCosine(host.angle)
        for y in 0..<height {
            for x in 0..<width {
                let east = Double(x) - middleX
                let north = Double(y) - middleY
                let u = east * turn.cosine + north * turn.sine
                let v = (north * turn.cosine - east * turn.sine) / host.axisRatio
                let depth = ((u * u + v * v + core * core).squareRoot() - core) / length
                if depth < 9 { pixels[y * width + x] += Float(amplitude * Portable.exp(-depth)) }
            }
        }
    }
}
