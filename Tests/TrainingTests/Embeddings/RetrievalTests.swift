import Testing

@testable import Training

@Suite struct RetrievalTests {
    private func item(_ degrees: Double, _ identity: Int) -> Retrieval.Item {
        let angle = degrees * .pi / 180
        return Retrieval.Item(vector: [Float(cosine(angle)), Float(cosine(angle - .pi / 2))], identity: identity)
    }

    private func cosine(_ x: Double) -> Double {
        // Enough terms for angles below a full turn.
        var (term, sum) = (1.0, 1.0)
        for n in stride(from: 1.0, to: 40, by: 2) {
            term *= -x * x / (n * (n + 1))
            sum += term
        }
        return sum
    }

    @Test func ranksAreCountedByHand() throws {
        // Queries at 0, 30 and 60 degrees; their own at 5 (rank 1), 80 (rank 3) and 20 (rank 2).
        let queries = [item(0, 1), item(30, 2), item(60, 3)]
        let found = try #require(
            Retrieval(queries, among: [item(5, 1), item(80, 2), item(20, 3)], dimension: 2, at: [1, 2, 5])
        )
        #expect(found.queries == 3 && found.candidates == 3 && found.medianRank == 2)
        #expect(found.recalls.map(\.k) == [1, 2])
        #expect(found.recalls.map(\.recall) == [1.0 / 3, 2.0 / 3])
        #expect(abs(found.recalls[0].chance - 1.0 / 3) < 1e-12 && abs(found.recalls[1].chance - 2.0 / 3) < 1e-12)
    }

    @Test func anyOfSeveralOwnOnesWillDo() throws {
        // Two of four candidates are the query's: one among two at random is with probability 1 - (2 · 1) / (4 · 3).
        let candidates = [item(90, 1), item(10, 1), item(5, 2), item(45, 3)]
        let found = try #require(Retrieval([item(0, 1), item(50, 9)], among: candidates, dimension: 2, at: [1, 2]))
        // What has no partner asks nothing.
        #expect(found.queries == 1 && found.medianRank == 2)
        #expect(abs(found.recalls[1].chance - (1 - 2.0 / 12)) < 1e-12 && found.recalls[1].recall == 1)
    }

    @Test func embeddingsThatAreAllAlikeFindNothing() throws {
        let items = (0..<200).map { item(0, $0) }
        let found = try #require(Retrieval(items, among: items, dimension: 2))
        #expect(found.medianRank == 200 && found.recalls.allSatisfy { $0.recall == 0 })
        #expect(Retrieval([], among: items, dimension: 2) == nil && Retrieval(items, among: [], dimension: 2) == nil)
    }

    @Test func nearestClassesByHand() throws {
        func member(_ degrees: Double, _ group: Int) -> NearestClass.Member {
            NearestClass.Member(vector: item(degrees, 0).vector, group: group)
        }
        // Class 0 around 0 degrees with one member at 80; class 1 at 60.
        let references = [member(0, 0), member(10, 0), member(350, 0), member(80, 0), member(60, 1)]
        let tested = [member(2, 0), member(75, 1), member(55, 1), member(85, 0)]
        let found = try #require(NearestClass(references: references, tested: tested, groups: 2, dimension: 2))
        // Centroid of class 0 at about 17 degrees: 75, 55 and 85 are of class 1. Nearest: 75 and 85 have 80, class 0.
        #expect(found.centroid == .init(accuracy: 0.75, balancedAccuracy: 0.75))
        #expect(found.neighbour == .init(accuracy: 0.75, balancedAccuracy: 0.75))
        #expect(found.chance == .init(accuracy: 0.5, balancedAccuracy: 0.5))
        #expect(NearestClass(references: [], tested: tested, groups: 2, dimension: 2) == nil)
    }
}
