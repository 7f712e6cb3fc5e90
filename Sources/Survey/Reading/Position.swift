internal import Foundation
internal import Sky

/// Checks a position on the sky.
enum Position {
    /// - Throws: `PacketError` if right ascension is not in 0 to 360 degrees or declination not in -90 to 90.
    static func check(
        ra: Double?,
        _ raField: String,
        dec: Double?,
        _ decField: String
    ) throws(PacketError) -> (ra: Double, dec: Double) {
        guard let ra else { throw .missing(.position, raField) }
        guard let dec else { throw .missing(.position, decField) }
        guard ra >= 0, ra <= 360 else { throw .outOfRange(.position, raField, ra, "from 0 to 360 degrees") }
        guard dec >= -90, dec <= 90 else { throw .outOfRange(.position, decField, dec, "from -90 to 90 degrees") }
        return (ra, dec)
    }

    /// How far a row's position is from the alert's, in degrees, in the plane that touches the sky there: good for what
    /// a survey takes for one object. NaN where the row has no position.
    static func separation(_ center: (ra: Double, dec: Double), _ other: (ra: Double?, dec: Double?)) -> Double {
        guard let ra = other.ra.known, let dec = other.dec.known else { return .nan }
        let across = (ra - center.ra).remainder(dividingBy: 360) * cos(center.dec * .pi / 180)
        return hypot(across, dec - center.dec)
    }
}
