internal import Foundation

extension Alert {
    /// Galactic latitude in degrees, from right ascension and declination: the galactic pole at 192.85948, 27.12825
    /// (J2000; Hipparcos, ESA SP-1200, volume 1, section 1.5.3). NaN without a position.
    public var galacticLatitude: Double {
        // A minimum of 1 and NaN is 1: without this, what has no position would stand at the pole.
        guard ra.isFinite, dec.isFinite else { return .nan }
        let degree = Double.pi / 180
        let (dec, pole) = (dec * degree, 27.12825 * degree)
        let sine = sin(dec) * sin(pole) + cos(dec) * cos(pole) * cos((ra - 192.85948) * degree)
        // `min` and `max` would make a number of what is none.
        guard sine.isFinite else { return .nan }
        return asin(max(-1, min(1, sine))) / degree
    }
}
