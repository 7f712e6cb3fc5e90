/// How much a star changes from one time to another, by the time between.
enum StructureFunction {
    /// Days, each bin without its end.
    private static let edges = [0, 0.15, 0.8, 1.5, 4, 12, 40, 120, 400]
    /// Pairs are points and those so many further on.
    private static let strides = [1, 2, 3, 5, 8, 13, 21, 34, 55]

    /// The root mean square of the differences in each of eight bins of lag; nil where a bin has three pairs or fewer.
    static func bins(times: [Double], values: [Double]) -> [Double?] {
        var sums = Array(repeating: 0.0, count: edges.count - 1)
        var counts = Array(repeating: 0, count: edges.count - 1)
        for stride in strides where stride < times.count {
            for place in stride..<times.count {
                let lag = times[place] - times[place - stride]
                guard lag < edges[edges.count - 1] else { continue }
                var bin = 0
                while lag >= edges[bin + 1] { bin += 1 }
                let difference = values[place] - values[place - stride]
                sums[bin] += difference * difference
                counts[bin] += 1
            }
        }
        return zip(sums, counts).map { $1 > 3 ? ($0 / Double($1)).squareRoot() : nil }
    }
}
