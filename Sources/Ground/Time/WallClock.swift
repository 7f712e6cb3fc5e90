internal import Glibc

/// The time of day as the machine has it, which may be set back: for what is written down.
public enum WallClock {
    /// Microseconds since 1970-01-01 UTC.
    public static var microseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
