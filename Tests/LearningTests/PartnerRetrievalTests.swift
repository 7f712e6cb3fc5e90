import AstroM3
import Testing

@testable import Learning

/// The rank of the right partner among all, by hand.
@Suite struct PartnerRetrievalTests {
    /// Rows of unit vectors in a plane at these angles (degrees).
    private func rows(_ degrees: [Double]) -> [Double] {
        degrees.flatMap { degree in [cosine(degree), cosine(degree - 90)] }
    }

    private func cosine(_ degrees: Double) -> Double {
        // The series is exact enough for an order of cosines, and asks for no other library.
        let x = degrees * .pi / 180
        var (term, sum) = (1.0, 1.0)
        for n in 1...30 {
            term *= -x * x / Double((2 * n - 1) * (2 * n))
            sum += term
        }
        return sum
    }

    private func retrieval(_ a: [Double], _ b: [Double], partners: [Int], scale: Double = 10) -> PartnerRetrieval {
        var gradients = (Array(repeating: 0.0, count: 2 * a.count), Array(repeating: 0.0, count: 2 * b.count))
        return ContrastiveLoss<Double>().add(
            count: a.count,
            width: 2,
            rows(a),
            rows(b),
            partners: partners,
            scale: scale,
            aGradient: &gradients.0,
            bGradient: &gradients.1
        ).retrieval
    }

    @Test func whoFindsTheirPartnersFirstHaveOne() {
        let found = retrieval([0, 50, 100], [1, 51, 101], partners: [0, 1, 2])
        #expect(found.searches == 6)
        #expect(found.meanReciprocalRank == 1)
    }

    @Test func othersThatLieNearerCostRanks() {
        // From 0, 50, 100 the partners at 40, 10, 80 have ranks 2, 3, 1. From the other side: of 40 it is 50 that is
        // nearest and 0 second, of 10 it is 0 and 50 second, of 80 it is 100.
        let found = retrieval([0, 50, 100], [40, 10, 80], partners: [0, 1, 2])
        #expect(found.searches == 6)
        let ranks = [0.5, 1.0 / 3, 1, 0.5, 0.5, 1]
        #expect(abs(found.meanReciprocalRank - ranks.reduce(0, +) / 6) < 1e-12)
    }

    @Test func theScaleChangesNoRank() {
        let (a, b) = ([0.0, 50, 100, 170], [40.0, 10, 80, 120])
        let ranks = [1.0, 7, 60].map { retrieval(a, b, partners: [0, 1, 2, 3], scale: $0).meanReciprocalRank }
        #expect(Set(ranks).count == 1)
    }

    @Test func anyOfTheObjectsThatShareASpectrumIsRight() {
        // The first two are one star type's: each finds the other's copy first, and is right.
        let found = retrieval([0, 50, 100], [50, 0, 100], partners: [7, 7, 2])
        #expect(found.meanReciprocalRank == 1)
    }

    @Test func allAlikeIsTheLastRank() {
        // A network that maps everything to one point finds nothing.
        let found = retrieval([30, 30, 30, 30], [30, 30, 30, 30], partners: [0, 1, 2, 3])
        #expect(found.meanReciprocalRank == 0.25)
    }

    @Test func withoutASearchThereIsNoRank() { #expect(PartnerRetrieval().meanReciprocalRank == 0) }
}
