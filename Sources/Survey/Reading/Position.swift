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
}
