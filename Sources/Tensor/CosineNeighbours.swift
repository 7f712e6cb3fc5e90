/// Exact search for the rows of a matrix that are nearest to a query by cosine. Immutable, shared by all threads.
package final class CosineNeighbours: Sendable {
    /// Rows that were found for one query, the most similar first.
    package struct Found: Hashable, Sendable {
        /// Places of the rows.
        package var rows: [Int]
        /// Cosine with each row.
        package var similarities: [Float]

        /// One minus the mean cosine of the k nearest: 0 where they are the query itself, 2 where they are opposite.
        package func meanDistance(k: Int) -> Float {
            let nearest = similarities.prefix(k)
            return nearest.isEmpty ? 1 : 1 - nearest.reduce(0, +) / Float(nearest.count)
        }
    }

    /// Queries that are scored in one matrix product.
    static let batch = 64

    /// Number of rows.
    package let count: Int
    /// Length of a row.
    package let dimension: Int
    private let rows: PackedLinear?

    /// Rows of unit length, (count, dimension).
    package init(unitRows: [Float], dimension: Int, kernels: Kernels = .best) {
        precondition(dimension > 0 && unitRows.count % dimension == 0)
        self.dimension = dimension
        count = unitRows.count / dimension
        rows =
            count == 0
            ? nil
            : PackedLinear(weight: unitRows, bias: nil, inputs: dimension, outputs: count, kernels: kernels)
    }

    /// The k nearest rows of each unit query, (queries, dimension): one matrix product for a batch, and a selection
    /// that sorts no more than k. `excluding` gives for each query a row that does not count.
    package func search(_ queries: [Float], k: Int, excluding: ((Int) -> Int)? = nil) -> [Found] {
        let total = queries.count / dimension
        guard let rows, k > 0 else { return Array(repeating: Found(rows: [], similarities: []), count: total) }
        let wanted = min(k, count)
        let scores = AlignedFloats(count: min(total, Self.batch) * count)
        var values = [Float](repeating: 0, count: wanted)
        var indices = [Int32](repeating: 0, count: wanted)
        var found: [Found] = []
        found.reserveCapacity(total)
        queries.withUnsafeBufferPointer { queries in
            guard let base = queries.baseAddress else { return }
            defer { withExtendedLifetime(scores) {} }
            for first in stride(from: 0, to: total, by: Self.batch) {
                let size = min(Self.batch, total - first)
                rows.apply(rows: size, input: base + first * dimension, output: scores.pointer)
                for query in 0..<size {
                    let line = scores.pointer + query * count
                    if let row = excluding?(first + query), row >= 0, row < count { line[row] = .nan }
                    let hits = rows.kernels.topK(wanted, count: count, scores: line, values: &values, indices: &indices)
                    found.append(
                        Found(rows: indices.prefix(hits).map(Int.init), similarities: Array(values.prefix(hits)))
                    )
                }
            }
        }
        return found
    }
}
