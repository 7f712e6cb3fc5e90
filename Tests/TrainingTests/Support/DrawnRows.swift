import Ground

/// Rows of features that were drawn alike.
struct DrawnRows {
    let rows: [[Float]]

    /// Those of two thousand draws that give one.
    init(_ draw: (inout SplitMix64) -> [Float]?) {
        var generator = SplitMix64(seed: 1)
        rows = (0..<2000).compactMap { _ in draw(&generator) }
    }

    /// The values of a feature of `ContextSample`.
    subscript(name: String) -> [Float] { rows.map { ContextSample.value($0, name) } }
}
