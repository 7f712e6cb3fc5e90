internal import Tensor

/// How well embeddings alone tell classes: an object is of the class whose centroid, or whose nearest reference object, is the
/// most similar. Nothing is fitted to these classes but the centroids.
package struct NearestClass: Sendable, Hashable {
    package var references: Int
    package var tested: Int
    package var centroid = Share()
    package var neighbour = Share()
    /// What answering the largest class of the references would give.
    package var chance = Share()

    package struct Share: Sendable, Hashable {
        package var accuracy = 0.0
        package var balancedAccuracy = 0.0
    }

    /// One embedded object and the place of its class.
    struct Member: Sendable {
        var vector: [Float]
        var group: Int
    }

    /// - Parameter groups: how many classes there are.
    /// - Returns: nil where there is nothing to compare.
    init?(references: [Member], tested: [Member], groups: Int, dimension: Int) {
        guard !references.isEmpty, !tested.isEmpty, groups > 0, dimension > 0 else { return nil }
        (self.references, self.tested) = (references.count, tested.count)
        var sums = [[Float]](repeating: [Float](repeating: 0, count: dimension), count: groups)
        var counts = [Int](repeating: 0, count: groups)
        for member in references {
            counts[member.group] += 1
            for place in 0..<dimension { sums[member.group][place] += member.vector[place] }
        }
        let present = counts.indices.filter { counts[$0] > 0 && sums[$0].contains { $0 != 0 } }
        let centroids = present.flatMap { group -> [Float] in
            let length = sums[group].reduce(0) { $0 + $1 * $1 }.squareRoot()
            return sums[group].map { $0 / length }
        }
        let queries = tested.flatMap(\.vector)
        func nearest(_ rows: [Float]) -> [Int?] {
            CosineNeighbours(unitRows: rows, dimension: dimension).search(queries, k: 1).map(\.rows.first)
        }
        let truths = tested.map(\.group)
        centroid = Self.share(truths, nearest(centroids).map { $0.map { present[$0] } }, groups)
        neighbour = Self.share(
            truths,
            nearest(references.flatMap(\.vector)).map { $0.map { references[$0].group } },
            groups
        )
        let largest = counts.indices.max { counts[$0] < counts[$1] }
        chance = Self.share(truths, truths.map { _ in largest }, groups)
    }

    private static func share(_ truths: [Int], _ answers: [Int?], _ groups: Int) -> Share {
        var (hits, counts) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
        for (truth, answer) in zip(truths, answers) {
            counts[truth] += 1
            hits[truth] += truth == answer ? 1 : 0
        }
        let recalls = counts.indices.filter { counts[$0] > 0 }.map { hits[$0] / counts[$0] }
        return Share(
            accuracy: hits.reduce(0, +) / Double(truths.count),
            balancedAccuracy: recalls.reduce(0, +) / Double(recalls.count)
        )
    }
}
