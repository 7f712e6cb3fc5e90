import Testing

@testable import Simulator

@Suite struct CoordinatesTests {
    @Test func knowsTheGalacticPoleAndCentre() {
        let centre = Coordinates.galactic(ra: 266.40499, dec: -28.93617)
        #expect(min(centre.l, 360 - centre.l) < 0.001 && centre.b.magnitude < 0.001)
        #expect((Coordinates.galactic(ra: 192.85948, dec: 27.12825).b - 90).magnitude < 0.001)
    }

    /// Between two longitudes.
    private func angle(_ a: Double, _ b: Double) -> Double {
        let difference = Coordinates.wrapped(a - b)
        return min(difference, 360 - difference)
    }

    @Test func conversionsGoBothWays() {
        for step in 0..<500 {
            let ra = Double(step) * 0.719
            let dec = Double(step % 171) - 85
            let galactic = Coordinates.galactic(ra: ra, dec: dec)
            let back = Coordinates.equatorial(l: galactic.l, b: galactic.b)
            #expect(angle(back.ra, ra) < 1e-8 && (back.dec - dec).magnitude < 1e-8)
            let ecliptic = Coordinates.ecliptic(ra: ra, dec: dec)
            let again = Coordinates.equatorial(lambda: ecliptic.lambda, beta: ecliptic.beta)
            #expect(angle(again.ra, ra) < 1e-8 && (again.dec - dec).magnitude < 1e-8)
        }
    }

    @Test func theSunStandsWhereTheAlmanacHasIt() {
        // Equinox of 2024-03-20 03:06 UTC, solstice of 2025-06-21 02:42 UTC.
        let equinox = Sun.longitude(60_389.129)
        #expect(min(equinox, 360 - equinox) < 0.05)
        #expect((Sun.longitude(60_847.1125) - 90).magnitude < 0.05)
    }
}
