/// Lets a message through a few times in a span of time and counts the rest. A value without a clock: times come in.
struct RepetitionLimiter {
    enum Decision: Equatable {
        /// Write it; so many of the same were kept back since the last one.
        case write(suppressed: Int)
        case suppress
    }

    private struct Entry {
        var windowStart: Int64
        var written = 0
        var suppressed = 0
    }

    /// Messages that are told apart; beyond it, the memory begins anew.
    static let capacity = 1024

    let burst: Int
    let windowMilliseconds: Int64
    private var entries: [String: Entry] = [:]

    init(burst: Int, windowMilliseconds: Int64) {
        self.burst = burst
        self.windowMilliseconds = windowMilliseconds
    }

    mutating func decide(_ message: String, at milliseconds: Int64) -> Decision {
        if entries.count >= Self.capacity, entries[message] == nil { entries.removeAll(keepingCapacity: true) }
        var entry = entries[message] ?? Entry(windowStart: milliseconds)
        // A clock that steps back begins a new window too.
        let age = milliseconds - entry.windowStart
        if age >= windowMilliseconds || age < 0 {
            entry.windowStart = milliseconds
            entry.written = 0
        }
        defer { entries[message] = entry }
        guard entry.written < burst else {
            entry.suppressed += 1
            return .suppress
        }
        entry.written += 1
        defer { entry.suppressed = 0 }
        return .write(suppressed: entry.suppressed)
    }
}
