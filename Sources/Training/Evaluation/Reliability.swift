/// A reliability diagram: answers in bins of equal mass by their confidence, and how often those of each bin are right.
package struct Reliability: Sendable, Hashable {
    package struct Bin: Sendable, Hashable {
        package var count: Int
        /// Mean confidence.
        package var confidence: Double
        /// Answers that are right.
        package var right: Int

        /// Share that is right.
        package var accuracy: Double { Double(right) / Double(max(count, 1)) }
    }

    /// By rising confidence; none that is empty.
    package let bins: [Bin]

    /// At most `count` bins; answers of one confidence stand in the order given.
    package init(_ answers: [(confidence: Double, isRight: Bool)], count: Int = CalibrationError.bins) {
        let sorted = answers.sorted { $0.confidence < $1.confidence }
        bins = Self.ranges(sorted.count, count).filter { !$0.isEmpty }.map { range in
            Bin(
                count: range.count,
                confidence: sorted[range].reduce(0) { $0 + $1.confidence } / Double(range.count),
                right: sorted[range].count(where: \.isRight)
            )
        }
    }

    /// Where bins of equal mass begin and end.
    static func ranges(_ total: Int, _ bins: Int) -> [Range<Int>] {
        (0..<bins).map { $0 * total / bins..<($0 + 1) * total / bins }
    }
}
