// Rubin's records of Solar System objects.
extension LSSTRows {
    /// The ssSource: the asteroid at the time of the detection.
    static func setSolarSystem(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ asteroid: Asteroid,
        _ measurement: Measurement,
        _ id: Int64
    ) {
        let mjd = measurement.exposure.mjd
        let seen = asteroid.ephemeris(mjd)
        let later = asteroid.ephemeris(mjd + 0.01)
        let ecliptic = Coordinates.ecliptic(ra: source.ra, dec: source.dec)
        let galactic = Coordinates.galactic(ra: source.ra, dec: source.dec)
        let stretch = Portable.cos(seen.dec * .pi / 180)
        var east = Coordinates.wrapped(later.ra - seen.ra + 180) - 180
        east *= stretch * 100
        let north = (later.dec - seen.dec) * 100
        row["diaSourceId"] = .integer(id)
        row["ssObjectId"] = .integer(solarSystemId(asteroid))
        row["designation"] = .text(designation(asteroid))
        row["eclLambda"] = .number(ecliptic.lambda)
        row["eclBeta"] = .number(ecliptic.beta)
        row["galLon"] = .number(galactic.l)
        row["galLat"] = .number(galactic.b)
        row["elongation"] = .number(seen.elongation)
        row["phaseAngle"] = .number(seen.phaseAngle)
        row["topoRange"] = .number(seen.topocentric)
        row["helioRange"] = .number(seen.heliocentric)
        row["helioRangeRate"] = 0.0
        row["ephRa"] = .number(seen.ra)
        row["ephDec"] = .number(seen.dec)
        row["ephVmag"] = .number(seen.magnitude)
        row["ephRate"] = .number((east * east + north * north).squareRoot())
        row["ephRateRa"] = .number(east)
        row["ephRateDec"] = .number(north)
        let offsetRa = 0.3 * measurement.offsetRa
        let offsetDec = 0.3 * measurement.offsetDec
        row["ephOffset"] = .number((offsetRa * offsetRa + offsetDec * offsetDec).squareRoot())
        row["ephOffsetRa"] = .number(offsetRa)
        row["ephOffsetDec"] = .number(offsetDec)
        row["diaDistanceRank"] = 1
    }

    /// The orbit, as the Minor Planet Center gives it.
    static func setOrbit(_ row: inout Row, _ asteroid: Asteroid) {
        let name = designation(asteroid)
        row["id"] = .integer(Int64(asteroid.number))
        row["designation"] = .text(name)
        row["packed_primary_provisional_designation"] = .text(name.filter { $0 != " " })
        row["unpacked_primary_provisional_designation"] = .text(name)
        row["created_at"] = 1_700_000_000_000_000
        row["updated_at"] = 1_750_000_000_000_000
        row["fitting_datetime"] = 1_750_000_000_000_000
        row["orbit_type_int"] = 11
        row["u_param"] = 0
        row["nopp"] = 12
        row["a"] = .number(asteroid.axis)
        row["q"] = .number(asteroid.axis)
        row["e"] = 0.0
        row["i"] = .number(asteroid.inclination)
        row["node"] = .number(asteroid.node)
        row["argperi"] = 0.0
        row["mean_anomaly"] = .number(asteroid.longitude)
        row["period"] = .number(Portable.power(asteroid.axis, 1.5))
        row["mean_motion"] = .number(0.9856 / Portable.power(asteroid.axis, 1.5))
        row["epoch_mjd"] = 60_000.0
        row["h"] = .number(asteroid.absoluteMagnitude)
        row["g"] = 0.15
    }

    /// A provisional designation in the Minor Planet Center's style.
    private static func designation(_ asteroid: Asteroid) -> String {
        let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
        let half = letters[asteroid.number / 25 % 24]
        let order = letters[asteroid.number % 25]
        return "\(1995 + asteroid.number % 25) \(half)\(order)\(asteroid.number / 600)"
    }
}
