/// Failures since the last commit, as far as they lengthen the rest after the next one. A value without a clock.
struct FailureRow: Hashable, Sendable {
    /// Doublings of the first rest; no further than the longest.
    private(set) var doublings = 0
    /// One more failure.
    ///
    /// - Parameters:
    ///   - first: seconds of the rest after the first failure of a row, above 0.
    ///   - longest: seconds of the longest rest.
    /// - Returns: seconds to rest: twice as long after each failure, within these bounds.
    mutating func add(first: Double, longest: Double) -> Double {
        let rest = first * Double(1 << doublings)
        guard rest < longest else { return longest }
        doublings = min(doublings + 1, 30)
        return rest
    }

    /// A batch was committed.
    mutating func end() { self = FailureRow() }
}
