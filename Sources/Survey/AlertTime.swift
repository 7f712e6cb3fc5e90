internal import Sky

/// The times that an alert may have: from 1990 to 2100.
enum AlertTime {
    /// 1990-01-01 as MJD.
    static let earliest = 47892.0
    /// 2100-01-01 as MJD.
    static let latest = 88069.0

    /// MJD = JD - 2400000.5, in the time scale of the Julian date.
    static func mjd(julianDate: Double) -> Double {
        julianDate - 2_400_000.5
    }

    /// Whether a time is one that an alert or a point of its history may have; NaN is not.
    static func isPlausible(_ mjd: Double) -> Bool {
        mjd >= earliest && mjd <= latest
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
        throw .outOfRange(.time, field(), value, "a time from 1990 to 2100 (MJD 47892 to 88069)")
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

/// A point of a light curve, for putting lists in order.
protocol TimedPoint {
    var mjd: Double { get }
}

extension Detection: TimedPoint {}
extension ForcedPhotometry: TimedPoint {}
extension UpperLimit: TimedPoint {}

extension Array where Element: TimedPoint {
    /// Puts the points in order of time; surveys nearly always send them so.
    mutating func sortByTime() {
        var last = -Double.infinity
        for point in self {
            if point.mjd < last {
                sort { $0.mjd < $1.mjd }
                return
            }
            last = point.mjd
        }
    }

    /// Whether the last of the points, in order of time, is later than an alert.
    func endsAfter(_ mjd: Double) -> Bool {
        last.map { $0.mjd > mjd } ?? false
    }
}

extension Alert {
    /// Puts the history in order of time and flags what is later than the alert itself.
    mutating func orderHistory() {
        detections.sortByTime()
        upperLimits.sortByTime()
        forced.sortByTime()
        if detections.endsAfter(mjd) || upperLimits.endsAfter(mjd) || forced.endsAfter(mjd) {
            flags.insert(.historyAfterAlert)
        }
    }
}

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
