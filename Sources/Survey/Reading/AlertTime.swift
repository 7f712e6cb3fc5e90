internal import Sky

/// Times of alerts and of points as packets have them; `Alert.allowedTimes` may be.
enum AlertTime {
    /// MJD = JD - 2400000.5, in the time scale of the Julian date.
    static func mjd(julianDate: Double) -> Double {
        julianDate - 2_400_000.5
    }

    /// Whether a time is one that an alert or a point of its history may have; NaN is not.
    static func isPlausible(_ mjd: Double) -> Bool {
        Alert.allowedTimes.contains(mjd)
    }

    /// A time that may be.
    /// - Parameters:
    ///   - value: as it stands in the packet, nil where it is null.
    ///   - field: where it stands in the packet.
    /// - Throws: `PacketError` that names field and value.
    static func checked(
        _ mjd: Double,
        value: Double?,
        _ field: @autoclosure () -> String
    ) throws(PacketError) -> Double {
        if isPlausible(mjd) { return mjd }
        guard let value else { throw .missing(.time, field()) }
        throw .outOfRange(.time, field(), value, "a time from 1990 to 2099 (MJD 47892 up to 88069)")
    }

    /// A modified Julian date that may be, with the same errors.
    static func checked(mjd: Double?, _ field: @autoclosure () -> String) throws(PacketError) -> Double {
        try checked(mjd ?? .nan, value: mjd, field())
    }

    /// A Julian date that may be, as a modified one, with the same errors.
    static func checked(julianDate: Double?, _ field: @autoclosure () -> String) throws(PacketError) -> Double {
        try checked(mjd(julianDate: julianDate ?? .nan), value: julianDate, field())
    }
}
