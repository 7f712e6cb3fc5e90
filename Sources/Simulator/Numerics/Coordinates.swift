/// Positions on the celestial sphere, in degrees.
package enum Coordinates {
    private static let degree = Double.pi / 180

    /// Rows of the matrix from equatorial (J2000) to galactic axes (ESA 1997, Hipparcos catalogue, vol. 1, 1.5.3).
    private static let galacticAxes: [[Double]] = [
        [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
        [0.4941094278755837, -0.4448296299600112, 0.7469822444972189],
        [-0.8676661490190047, -0.1980763734312015, 0.4559837761750669],
    ]

    /// Galactic longitude (0 to 360) and latitude of an equatorial position.
    static func galactic(ra: Double, dec: Double) -> (l: Double, b: Double) {
        let v = unitVector(ra, dec)
        let g = galacticAxes.map { $0[0] * v.x + $0[1] * v.y + $0[2] * v.z }
        return angles(g[0], g[1], g[2])
    }

    /// Right ascension (0 to 360) and declination of a galactic position.
    static func equatorial(l: Double, b: Double) -> (ra: Double, dec: Double) {
        let v = unitVector(l, b)
        let a = galacticAxes
        let position = angles(
            a[0][0] * v.x + a[1][0] * v.y + a[2][0] * v.z,
            a[0][1] * v.x + a[1][1] * v.y + a[2][1] * v.z,
            a[0][2] * v.x + a[1][2] * v.y + a[2][2] * v.z
        )
        return (position.l, position.b)
    }

    /// Ecliptic longitude (0 to 360) and latitude of an equatorial position.
    static func ecliptic(ra: Double, dec: Double) -> (lambda: Double, beta: Double) {
        let v = unitVector(ra, dec)
        let tilt = Portable.sineAndCosine(23.4392911 * degree)
        let position = angles(v.x, tilt.cosine * v.y + tilt.sine * v.z, tilt.cosine * v.z - tilt.sine * v.y)
        return (position.l, position.b)
    }

    /// Equatorial position of an ecliptic one.
    static func equatorial(lambda: Double, beta: Double) -> (ra: Double, dec: Double) {
        let v = unitVector(lambda, beta)
        let tilt = Portable.sineAndCosine(23.4392911 * degree)
        let position = angles(v.x, tilt.cosine * v.y - tilt.sine * v.z, tilt.cosine * v.z + tilt.sine * v.y)
        return (position.l, position.b)
    }

    /// An angle brought into 0 ..< 360.
    package static func wrapped(_ angle: Double) -> Double {
        let turned = angle - 360 * (angle / 360).rounded(.down)
        return turned < 360 ? turned : 0
    }

    private static func unitVector(_ longitude: Double, _ latitude: Double) -> (x: Double, y: Double, z: Double) {
        let a = Portable.sineAndCosine(longitude * degree)
        let b = Portable.sineAndCosine(latitude * degree)
        return (b.cosine * a.cosine, b.cosine * a.sine, b.sine)
    }

    private static func angles(_ x: Double, _ y: Double, _ z: Double) -> (l: Double, b: Double) {
        (wrapped(Portable.arctan2(y, x) / degree), Portable.arctan2(z, (x * x + y * y).squareRoot()) / degree)
    }
}
