/// The nearest source in the reference image.
struct ReferenceNeighbour {
    var magnitude: Double
    var error: Double
    /// Arcseconds.
    var separation: Double
    var ra: Double
    var dec: Double
    var isExtended: Bool

    init(_ source: SimulatedSource, _ band: Passband) {
        var random = RandomStream(source.seed, .neighbour, 1)
        var offset = (ra: random.normal(0, 0.1), dec: random.normal(0, 0.1))
        let own = source.referenceFlux(in: band)
        if let host = source.host, host.magnitudes[band] < 23.5 {
            offset = (-host.offsetRa, -host.offsetDec)
            magnitude = Photometric.magnitude(own)
            isExtended = host.scale > 1
        } else if own > Photometric.flux(23.5) {
            magnitude = Photometric.magnitude(own)
            isExtended = false
        } else {
            let angle = Portable.sineAndCosine(random.uniform(0, 2 * .pi))
            let distance = random.uniform(2, 20)
            offset = (distance * angle.cosine, distance * angle.sine)
            magnitude = random.uniform(18, 23)
            isExtended = random.chance(0.5)
        }
        error = min(0.36, 0.012 + 0.01 * Portable.power10(0.28 * (magnitude - 18)))
        separation = (offset.ra * offset.ra + offset.dec * offset.dec).squareRoot()
        let stretch = max(0.01, Portable.cos(source.dec * .pi / 180))
        ra = Coordinates.wrapped(source.ra + offset.ra / 3600 / stretch)
        dec = min(90, max(-90, source.dec + offset.dec / 3600))
    }
}
