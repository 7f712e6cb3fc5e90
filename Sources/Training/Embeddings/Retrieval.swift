internal import Tensor

/// Cross-modal retrieval: all things of one modality put in order by their similarity to one of another; how often one that
/// belongs to the same object is among the first k, and how often it would be by chance.
package struct Retrieval: Sendable, Hashable {
    package struct Recall: Sendable, Hashable {
        package var k: Int
        package var recall: Double
        package var chance: Double
    }

    package let queries: Int
    package let candidates: Int
    package let recalls: [Recall]
    /// The rank, from 1, that half of the queries reach.
    package let medianRank: Int

    /// An embedded thing and what it belongs to: queries find candidates of their own identity.
    struct Item: Sendable {
        var vector: [Float]
        var identity: Int
    }

    /// More than these are not compared with each other.
    private static let most = 5000
    private static let batch = 64

    /// Of a tie the wrong ones count as found first: embeddings that are all alike find nothing.
    ///
    /// - Returns: nil where no query has a candidate of its own, or there are fewer than two candidates.
    init?(_ queries: [Item], among candidates: [Item], dimension: Int, at ks: [Int] = [1, 5, 10]) {
        let candidates = Array(candidates.prefix(Self.most))
        var own: [Int: [Int]] = [:]
        for (place, candidate) in candidates.enumerated() { own[candidate.identity, default: []].append(place) }
        let queries = queries.filter { own[$0.identity] != nil }.prefix(Self.most)
        guard candidates.count > 1, !queries.isEmpty, dimension > 0 else { return nil }
        let rows = candidates.flatMap(\.vector)
        var (ranks, sizes) = ([Int](), [Int]())
        var scores = [Float](repeating: 0, count: Self.batch * candidates.count)
        for start in stride(from: 0, to: queries.count, by: Self.batch) {
            let part = queries[start..<min(start + Self.batch, queries.count)]
            Self.multiply(part.flatMap(\.vector), rows, dimension, into: &scores)
            for (line, query) in part.enumerated() {
                let line = scores[line * candidates.count..<(line + 1) * candidates.count]
                let places = own[query.identity] ?? []
                let best = places.map { line[line.startIndex + $0] }.max() ?? -.infinity
                let ahead = line.count { $0 >= best } - places.count { line[line.startIndex + $0] >= best }
                ranks.append(ahead + 1)
                sizes.append(places.count)
            }
        }
        self.queries = queries.count
        self.candidates = candidates.count
        recalls = ks.filter { $0 < candidates.count }.map { k in
            Recall(
                k: k,
                recall: Double(ranks.count { $0 <= k }) / Double(ranks.count),
                chance: sizes.reduce(0) { $0 + Self.chance(k, $1, of: candidates.count) } / Double(sizes.count)
            )
        }
        medianRank = ranks.sorted()[(ranks.count - 1) / 2]
    }

    /// That one of so many is among k of all at random.
    private static func chance(_ k: Int, _ own: Int, of all: Int) -> Double {
        1 - (0..<k).reduce(1.0) { $0 * Double(max(all - own - $1, 0)) / Double(all - $1) }
    }

    private static func multiply(_ queries: [Float], _ rows: [Float], _ dimension: Int, into scores: inout [Float]) {
        let count = rows.count / dimension
        queries.withUnsafeBufferPointer { queries in
            rows.withUnsafeBufferPointer { rows in
                scores.withUnsafeMutableBufferPointer { scores in
                    guard let left = queries.baseAddress, let right = rows.baseAddress, let output = scores.baseAddress
                    else { return }
                    Float.multiply(
                        MatrixOperand(left, stride: dimension),
                        MatrixOperand(right, stride: dimension).transposed,
                        m: queries.count / dimension,
                        k: dimension,
                        n: count,
                        into: output,
                        stride: count
                    )
                }
            }
        }
    }
}
