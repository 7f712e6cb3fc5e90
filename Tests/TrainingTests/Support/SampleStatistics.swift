/// What many draws show.
extension Array where Element == Float {
    var mean: Double { reduce(0.0) { $0 + Double($1) } / Double(count) }

    var deviation: Double {
        let mean = mean
        return (reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)).squareRoot()
    }
}

extension Array {
    /// The share for which something holds.
    func share(_ holds: (Element) -> Bool) -> Double { Double(count(where: holds)) / Double(count) }
}
