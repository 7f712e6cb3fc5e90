/// Order statistics of short lists.
enum Robust {
    /// The median; an even number averages the two middle values. NaN of an empty list. Sorts in place.
    static func median(_ values: inout [Float]) -> Float {
        guard !values.isEmpty else { return .nan }
        values.sort()
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    /// The median in double precision.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The raw median absolute deviation, not scaled to a standard deviation.
    static func medianAbsoluteDeviation(_ values: [Double]) -> Double {
        let centre = median(values)
        return median(values.map { abs($0 - centre) })
    }
}
