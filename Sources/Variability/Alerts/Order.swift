/// Order statistics.
enum Order {
    /// The median; an even number averages the two middle values. NaN of an empty list. Sorts in place.
    static func median(_ values: inout [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        values.sort()
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
}
