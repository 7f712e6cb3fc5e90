internal import Glibc

/// A value that threads meet in: one at a time reads or changes it, and a thread can wait until it is as it needs it.
///
/// ```swift
/// let inFlight = Guarded(0)
/// inFlight.change { $0 += 1 }
/// inFlight.wait { $0 == 0 ? () : nil }
/// ```
/// It blocks, so it is for threads of their own, not for the pool of the language's tasks; where nobody waits, the
/// language's `Mutex` does. The closures run while the value is held: they are short and touch no other guarded value
/// that may be held the other way round.
public final class Guarded<Value: Sendable>: @unchecked Sendable {
    // Unchecked: the value is touched under the mutex alone. The C parts must not move in memory.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    /// A value that nobody waits for yet.
    public init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// The value as it is now.
    public var now: Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return value
    }

    /// Changes the value, and lets those that wait look at it again.
    public func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Waits until `body`, called whenever the value may have changed, answers something; it may change the value then.
    public func wait<Result>(_ body: (inout Value) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) {
                pthread_cond_broadcast(condition)
                return result
            }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// The same, but waits no longer than `limit`: nil where the time has run out.
    public func wait<Result>(atMost limit: Duration, _ body: (inout Value) -> Result?) -> Result? {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        // A limit of many years would leave the range of the system's times.
        let (seconds, attoseconds) = max(.zero, min(limit, .seconds(100_000_000))).components
        let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
        end.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var timedOut = false
        while true {
            if let result = body(&value) {
                pthread_cond_broadcast(condition)
                return result
            }
            if timedOut { return nil }
            timedOut = pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT
        }
    }
}
