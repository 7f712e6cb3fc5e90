internal import Glibc

/// Time that only goes forward, from some moment before the process began: for spans, waits and deadlines.
public enum SteadyClock {
    /// Seconds.
    public static var seconds: Double {
        let time = now
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Milliseconds.
    public static var milliseconds: Int64 {
        let time = now
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static var now: timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time
    }
}
