import Glibc

extension AlertConstantValues {
    mutating func addColours(of curve: RecentCurve) {
        let red = curve.detections.filter { $0.colour == .red }
        if red.isEmpty { return }
        var colours: [Double] = []
        var times: [Double] = []
        for blue in curve.detections where blue.colour == .blue {
            guard let partner = Self.nearest(to: blue, among: red) else { continue }
            colours.append(blue.magnitude - partner.magnitude)
            times.append(blue.time)
        }
        guard let last = colours.last else { return }
        self[.colourLast] = last
        if colours.count > 2 {
            let count = Double(colours.count)
            let (meanTime, mean) = (times.reduce(0, +) / count, colours.reduce(0, +) / count)
            var (variance, above, below) = (0.0, 0.0, 0.0)
            for (time, colour) in zip(times, colours) {
                variance += (colour - mean) * (colour - mean)
                above += (time - meanTime) * (colour - mean)
                below += (time - meanTime) * (time - meanTime)
            }
            self[.colourDeviation] = (variance / count).squareRoot()
            if let first = times.first, let last = times.last, last - first >= 0.5 {
                self[.colourSlope] = above / below
            }
        }
        self[.colour] = Order.median(&colours)
    }

    /// The red detection of the same sign that is nearest in time, the earlier of two as near.
    private static func nearest(
        to blue: RecentCurve.Detection,
        among red: [RecentCurve.Detection]
    ) -> RecentCurve.Detection? {
        var best: RecentCurve.Detection?
        var gap = 0.6
        for other in red where (other.flux < 0) == (blue.flux < 0) && abs(other.time - blue.time) < gap {
            best = other
            gap = abs(other.time - blue.time)
        }
        return best
    }
}
