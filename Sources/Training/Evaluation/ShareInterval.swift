internal import Glibc

/// The 95 % interval of a share that was counted (Wilson 1927): holds for few counts and at the ends too.
package struct ShareInterval: Sendable, Hashable {
    package let low: Double
    package let high: Double

    /// Of `hits` among `count`; 0 to 1 where nothing was counted.
    package init(_ hits: Int, of count: Int) {
        guard count > 0 else {
            (low, high) = (0, 1)
            return
        }
        let (share, total, z) = (Double(hits) / Double(count), Double(count), 1.959_964)
        let middle = (share + z * z / (2 * total)) / (1 + z * z / total)
        let half = z / (1 + z * z / total) * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
        (low, high) = (max(0, middle - half), min(1, middle + half))
    }

    package var range: ClosedRange<Double> { low...high }
}
