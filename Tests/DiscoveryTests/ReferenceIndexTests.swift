import Sky
import Testing

@testable import Discovery

/// Novelty and neighbours against brute force in double precision.
@Suite struct ReferenceIndexTests {
    private static let dimension = 32
    private let embeddings = unit(60, seed: 1)

    private static func unit(_ count: Int, seed: UInt64) -> [[Float]] {
        var state = seed
        return (0..<count).map { _ in
            let row = (0..<dimension).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Double(state >> 40) / 8_388_608 - 1)
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { $0 / length }
        }
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// All sixty by their light curves; the first twenty with metadata too.
    private func index(k: Int = 4) -> ReferenceIndex {
        func subset(_ members: [Int]) -> ReferenceObjects.Subset {
            let scores = members.map { member in
                let cosines = members.filter { $0 != member }.map { Self.cosine(embeddings[member], embeddings[$0]) }
                return Float(1 - cosines.sorted(by: >).prefix(k).reduce(0, +) / Double(k))
            }
            return ReferenceObjects.Subset(
                members: members,
                embeddings: members.flatMap { embeddings[$0] },
                sortedScores: scores.sorted()
            )
        }
        return ReferenceIndex(
            ReferenceObjects(
                objects: (0..<60).map { "object \($0)" },
                labels: (0..<60).map { ["RRAB", "EW", "SN-Ia"][$0 % 3] },
                dimension: Self.dimension,
                k: k,
                subsets: [
                    .photometry: subset(Array(0..<60)), [.photometry, .metadata]: subset(Array(0..<20).reversed()),
                ]
            )
        )
    }

    @Test func scoresAndNeighboursEqualBruteForce() throws {
        let index = index()
        let queries = Self.unit(70, seed: 9)
        let modalities: [ModalitySet] = [.photometry, [.photometry, .metadata]]
        let batch = queries.enumerated().map { ($0.element, modalities[$0.offset % 2]) }
        let answers = index.score(batch, neighbours: 6)
        for (place, answer) in answers.enumerated() {
            let answer = try #require(answer)
            let members = Array(0..<(place % 2 == 0 ? 60 : 20))
            let cosines = members.map { Self.cosine(queries[place], embeddings[$0]) }
            let order = members.sorted { cosines[$0] > cosines[$1] }
            #expect(answer.neighbours.map(\.object) == order.prefix(6).map { "object \($0)" })
            #expect(answer.neighbours.map(\.label) == order.prefix(6).map { ["RRAB", "EW", "SN-Ia"][$0 % 3] })
            for (neighbour, object) in zip(answer.neighbours, order) {
                #expect(abs(Double(neighbour.similarity) - cosines[object]) < 1e-6)
            }
            let score = 1 - order.prefix(4).map { cosines[$0] }.reduce(0, +) / 4
            #expect(abs(Double(answer.anomaly.score) - score) < 1e-6)
            let scores = try #require(index.references.subsets[modalities[place % 2]]).sortedScores
            let smaller = scores.count { $0 < answer.anomaly.score }
            #expect(answer.anomaly.percentile == 100 * Float(smaller) / Float(scores.count))
            #expect(answer.anomaly.method == "knn-cosine")
            #expect(!answer.anomaly.reasons.isEmpty)
        }
    }

    @Test func whatCannotBeScoredIsNil() {
        let query = Self.unit(1, seed: 5)[0]
        let answers = index().score(
            [([], []), ([], .photometry), (query, .spectrum), (query, .photometry), ([1, 2], .photometry)],
            neighbours: 3
        )
        #expect(answers.map { $0 != nil } == [false, false, false, true, false])
    }

    @Test func theNeighboursAskedForMayBeFewerThanTheScoreNeeds() throws {
        let query = Self.unit(1, seed: 6)[0]
        let none = try #require(index().score([(query, .photometry)], neighbours: 0)[0])
        let many = try #require(index().score([(query, .photometry)], neighbours: 1000)[0])
        #expect(none.neighbours.isEmpty)
        #expect(many.neighbours.count == 60)
        #expect(none.anomaly.score == many.anomaly.score)
    }

    @Test func aCopyOfAReferenceObjectIsNearestToItself() throws {
        let answer = try #require(index().score([(embeddings[17], .photometry)], neighbours: 1)[0])
        #expect(answer.neighbours.map(\.object) == ["object 17"])
        #expect(abs(answer.neighbours[0].similarity - 1) < 1e-5)
    }

    @Test func thePercentileNeverFallsWithTheScore() {
        let sorted: [Float] = [0.1, 0.2, 0.2, 0.2, 0.5, 0.9]
        let scores = stride(from: Float(0), through: 1, by: 0.01).map { $0 }
        let percentiles = scores.map { Percentile.of($0, in: sorted) }
        #expect(zip(percentiles, percentiles.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(percentiles.first == 0)
        #expect(percentiles.last == 100)
        #expect(Percentile.of(0.2, in: sorted) == Float(100) / 6)
        #expect(Percentile.of(0.3, in: []) == 0)
    }
}
