/// A main-belt asteroid on a circular, slightly inclined orbit.
struct Asteroid: Sendable {
    /// Number in the Minor Planet Center's list.
    var number: Int
    /// Semi-major axis in astronomical units, inclination and node in degrees, longitude at MJD 60000.
    var axis: Double
    var inclination: Double
    var node: Double
    var longitude: Double
    /// Absolute magnitude.
    var absoluteMagnitude: Double

    init(number: Int, seed: UInt64, faintest: Double) {
        var random = RandomStream(seed, .asteroid, UInt64(number))
        self.number = number
        axis = random.uniform(2.2, 3.3)
        inclination = (random.normal(0, 7)).magnitude
        node = random.uniform(0, 360)
        longitude = random.uniform(0, 360)
        absoluteMagnitude = faintest - 3.4 + 2.5 * Portable.log10(random.uniform(0.02, 1)) * 1.2
    }

    /// Where it is seen from the Earth and how bright.
    struct Ephemeris: Sendable {
        var ra: Double
        var dec: Double
        var magnitude: Double
        /// Distances in astronomical units from the Sun and the Earth, phase angle and elongation in degrees.
        var heliocentric: Double
        var topocentric: Double
        var phaseAngle: Double
        var elongation: Double
    }

    func ephemeris(_ mjd: Double) -> Ephemeris {
        let degree = Double.pi / 180
        let days = mjd - 60_000
        let motion = 0.9856 / Portable.power(axis, 1.5)
        let angle = (longitude + motion * days) * degree
        let along = Portable.sineAndCosine(angle)
        let tilt = Portable.sineAndCosine(inclination * degree)
        let turn = Portable.sineAndCosine(node * degree)
        let flat = along.sine * tilt.cosine
        let x = axis * (along.cosine * turn.cosine - flat * turn.sine)
        let y = axis * (along.cosine * turn.sine + flat * turn.cosine)
        let z = axis * along.sine * tilt.sine
        let earth = Portable.sineAndCosine((Sun.longitude(mjd) + 180) * degree)
        let dx = x - earth.cosine
        let dy = y - earth.sine
        let distance = (dx * dx + dy * dy + z * z).squareRoot()
        let lambda = Portable.arctan2(dy, dx) / degree
        let beta = Portable.arcsin(z / distance) / degree
        let position = Coordinates.equatorial(lambda: lambda, beta: beta)
        let cosinePhase = (axis * axis + distance * distance - 1) / (2 * axis * distance)
        let phase = Portable.arctan2((max(0, 1 - cosinePhase * cosinePhase)).squareRoot(), cosinePhase) / degree
        let elongation = Coordinates.wrapped(lambda - Sun.longitude(mjd))
        return Ephemeris(
            ra: position.ra,
            dec: position.dec,
            magnitude: absoluteMagnitude + 5 * Portable.log10(axis * distance) + 0.035 * phase,
            heliocentric: axis,
            topocentric: distance,
            phaseAngle: phase,
            elongation: elongation > 180 ? 360 - elongation : elongation
        )
    }
}

/// The Sun, to a degree or two.
enum Sun {
    /// Ecliptic longitude in degrees.
    static func longitude(_ mjd: Double) -> Double {
        let days = mjd - 51_544.5
        let anomaly = (357.528 + 0.9856003 * days) * .pi / 180
        return Coordinates.wrapped(280.46 + 0.9856474 * days + 1.915 * Portable.sin(anomaly))
    }

    /// Right ascension in degrees.
    static func rightAscension(_ mjd: Double) -> Double {
        Coordinates.equatorial(lambda: longitude(mjd), beta: 0).ra
    }
}
