internal import Synchronization

/// A count that only grows. Adding is one atomic instruction.
package final class Counter: Sendable {
    private let total = Atomic<Int>(0)

    init() {}

    /// Adds one, or more.
    package func add(_ count: Int = 1) {
        total.wrappingAdd(count, ordering: .relaxed)
    }

    /// Raises the count to a total that is kept elsewhere; a lower one changes nothing.
    package func raise(to newTotal: Int) {
        total.max(newTotal, ordering: .relaxed)
    }

    /// The count so far.
    package var value: Int { total.load(ordering: .relaxed) }
}

/// A value that goes up and down.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// Sets the value.
    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    /// Sets the value.
    package func set(_ value: Int) { set(Double(value)) }

    /// Adds to the value, or takes from it.
    package func add(_ difference: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + difference).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    /// The value.
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// A distribution, counted in buckets by upper bound.
package final class Histogram: Sendable {
    struct State: Sendable {
        /// Counts of each bucket alone; the last is beyond all bounds.
        var counts: [Int]
        var sum = 0.0
    }

    /// Upper bounds of the buckets, growing; the last bucket has none.
    let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value, `count` times.
    package func observe(_ value: Double, count: Int = 1) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += count
            state.sum += value * Double(count)
        }
    }

    /// Counts a span of time in seconds.
    package func observe(_ duration: Duration, count: Int = 1) {
        observe(duration / .seconds(1), count: count)
    }

    /// Counts many values under one lock.
    package func observe(contentsOf values: some Sequence<Double>) {
        state.withLock { state in
            for value in values where !value.isNaN {
                state.counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
                state.sum += value
            }
        }
    }

    var snapshot: State { state.withLock { $0 } }

    /// Bounds for spans of time from half a millisecond to a minute, in seconds.
    package static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
}
