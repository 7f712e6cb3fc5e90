import Testing

@testable import Training

@Suite struct ReliabilityTests {
    @Test func binsAreOfEqualMassByRisingConfidence() {
        let answers = [(0.9, true), (0.1, false), (0.5, true), (0.3, false), (0.7, true), (0.6, false)]
            .map { (confidence: $0.0, isRight: $0.1) }
        let bins = Reliability(answers, count: 3).bins
        #expect(bins.map(\.count) == [2, 2, 2] && bins.map(\.right) == [0, 1, 2])
        #expect(abs(bins[0].confidence - 0.2) < 1e-12 && abs(bins[1].confidence - 0.55) < 1e-12)
        #expect(bins[1].accuracy == 0.5)
    }

    @Test func fewAnswersFillFewBinsAndNoneIsLost() {
        let bins = Reliability((0..<4).map { (Double($0) / 4, $0 > 1) }).bins
        #expect(bins.count == 4 && bins.allSatisfy { $0.count == 1 } && Reliability([]).bins.isEmpty)
        let many = Reliability((0..<100).map { (Double($0) / 100, true) }).bins
        #expect(many.count == 15 && many.reduce(0) { $0 + $1.count } == 100)
        #expect((many.map(\.count).max() ?? 0) - (many.map(\.count).min() ?? 0) <= 1)
    }
}
