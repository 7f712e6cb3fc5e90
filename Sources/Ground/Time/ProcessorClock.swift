internal import Glibc

/// Processor time used so far, in seconds.
public enum ProcessorClock {
    /// Of all threads of the process.
    public static var process: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    /// Of the thread that asks.
    public static var thread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
