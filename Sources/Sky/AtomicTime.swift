/// International atomic time (TAI), to which the times of all surveys can be brought.
public enum AtomicTime {
    /// TAI of a UTC, both as MJD in days. Before 1990 the first, after the last leap second the last value of the
    /// table holds.
    public static func mjd(utc: Double) -> Double {
        utc + Double(leapSeconds(utc: utc)) / 86_400
    }

    /// TAI - UTC in seconds at a UTC given as MJD.
    public static func leapSeconds(utc: Double) -> Int {
        // Nearly all times are later than the last leap second.
        for (start, seconds) in table.reversed() where utc >= start { return seconds }
        return table[0].seconds
    }

    /// UTC (MJD) from which TAI - UTC is so many seconds: IERS Bulletin C, as in Leap_Second.dat of the Paris
    /// observatory; none has been announced since 2017.
    private static let table: [(start: Double, seconds: Int)] = [
        (47892, 25), (48257, 26), (48804, 27), (49169, 28), (49534, 29), (50083, 30), (50630, 31), (51179, 32),
        (53736, 33), (54832, 34), (56109, 35), (57204, 36), (57754, 37),
    ]
}
