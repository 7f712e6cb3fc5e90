/// What a search sees of an object whose alerts go on.
extension PeriodSearch {
    /// The points by which the object's period is found: of its usable ones the first by time, as many as
    /// `detectionsSeen(of:)` says. None if they are fewer than twenty.
    package static func seen(_ photometry: StarPhotometry) -> StarPhotometry {
        let usable = photometry.points.filter(\.isUsable).sorted(by: StarPhotometry.Point.precedes)
        return StarPhotometry(points: Array(usable.prefix(detectionsSeen(of: usable.count))))
    }

    /// How many of an object's detections, the first by time, the search sees when there are so many; 0: no search yet.
    ///
    /// The numbers are 20, 22, 25, 28, 31 ..., each 1.1 times the one before, rounded up. So the period is found anew
    /// every now and then and stays the same between: what depends on it does not change with each alert, and an object
    /// of n detections has 1 + 10.5 ln(n / 20) periods at the most in its life.
    package static func detectionsSeen(of count: Int) -> Int {
        var seen = 0
        var next = minimumPoints
        while next <= count {
            seen = next
            next = (next * 11 + 9) / 10
        }
        return seen
    }
}
