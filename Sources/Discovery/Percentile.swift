/// The place of a score in a distribution.
enum Percentile {
    /// The share of rising scores that are smaller, 0 to 100.
    static func of(_ score: Float, in sorted: [Float]) -> Float {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < score { low = middle + 1 } else { high = middle }
        }
        return sorted.isEmpty ? 0 : 100 * Float(low) / Float(sorted.count)
    }
}
