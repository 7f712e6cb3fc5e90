import Tensor
import Testing

/// The search against all distances in double precision, sorted.
@Suite struct CosineNeighboursTests {
    private func unit(_ count: Int, _ dimension: Int, seed: UInt64) -> [Float] {
        var numbers = Numbers(seed)
        return (0..<count).flatMap { _ in
            let row = numbers.list(dimension)
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { $0 / length }
        }
    }

    @Test(arguments: [1, 7, 300])
    func theNearestAreFoundAsByBruteForce(count: Int) {
        let dimension = 24
        let rows = unit(count, dimension, seed: 1)
        let queries = unit(150, dimension, seed: 2)
        let found = CosineNeighbours(unitRows: rows, dimension: dimension).search(queries, k: 10)
        for (query, found) in found.enumerated() {
            let cosines = (0..<count).map { row -> Double in
                var sum = 0.0
                for i in 0..<dimension {
                    sum += Double(rows[row * dimension + i]) * Double(queries[query * dimension + i])
                }
                return sum
            }
            let expected = (0..<count).sorted { cosines[$0] > cosines[$1] }.prefix(10)
            #expect(found.rows == Array(expected))
            #expect(largestError(found.similarities, expected.map { cosines[$0] }) < 1e-6)
            let distance = 1 - expected.prefix(3).map { cosines[$0] }.reduce(0, +) / Double(min(3, count))
            #expect(abs(Double(found.meanDistance(k: 3)) - distance) < 1e-6)
        }
    }

    @Test func aRowCanBeLeftOut() {
        let rows = unit(20, 16, seed: 3)
        let found = CosineNeighbours(unitRows: rows, dimension: 16).search(rows, k: 5) { $0 }
        for (query, found) in found.enumerated() {
            #expect(found.rows.count == 5)
            #expect(!found.rows.contains(query))
        }
    }

    @Test func noRowsGiveNoNeighbours() {
        let found = CosineNeighbours(unitRows: [], dimension: 16).search(unit(3, 16, seed: 4), k: 5)
        #expect(found.map(\.rows.count) == [0, 0, 0])
        #expect(found[0].meanDistance(k: 5) == 1)
    }
}
