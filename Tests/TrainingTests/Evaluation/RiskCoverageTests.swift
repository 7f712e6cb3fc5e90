import AstroM3
import Testing

@testable import Training

@Suite struct RiskCoverageTests {
    @Test func theRiskIsOfTheSurestFirst() {
        let curve = RiskCoverage([(0.5, false), (0.9, true), (0.7, false), (0.8, true)])
        #expect(curve.risks == [0, 0, 1.0 / 3, 0.5])
        #expect(abs(curve.area - (1.0 / 3 + 0.5) / 4) < 1e-12)
        #expect(curve.risk(at: 0.5) == 0 && curve.risk(at: 0.51) == 1.0 / 3 && curve.risk(at: 1) == 0.5)
        #expect(curve.risk(at: 0) == 0 && RiskCoverage([]).risk(at: 1) == 0 && RiskCoverage([]).area == 0)
    }

    @Test func noOrderAmongEquallySureAnswersMakesItBetter() {
        #expect(RiskCoverage([(0.5, true), (0.5, false)]).risks == [1, 0.5])
    }

    /// Two leaves of one node that are each less probable than another node: the sum decides, the plain softmax does not see it.
    @Test func plainSoftmaxTakesTheLargestLeafAndNoTemperature() {
        let labels = TrainingLabels(.oneBranch)
        let one = answer(0, of: 1, [0.34, 0.3, 0.36], logits: [1, 0, 2])
        let other = answer(1, of: 3, [0.1, 0.1, 0.8], logits: [0, 0, 0])
        let scores = Scores(labels, [one, other])
        let level = labels.level(depth: 0)
        #expect(scores.judged(level).map(\.isRight) == [true, true])
        let plain = scores.plainlyJudged(level)
        #expect(plain.map(\.isRight) == [false, false])
        #expect(
            abs(plain[0].confidence - 1 / (1 + 0.3678794 + 0.1353353)) < 1e-6
                && abs(plain[1].confidence - 1.0 / 3) < 1e-9
        )
    }

    @Test func aFewCountsHaveAWideInterval() {
        // Wilson's interval of 1 of 10, by an independent computation.
        let interval = ShareInterval(1, of: 10)
        #expect(abs(interval.low - 0.017876) < 1e-5 && abs(interval.high - 0.404150) < 1e-5, "\(interval)")
        #expect(ShareInterval(0, of: 0).range == 0...1 && ShareInterval(0, of: 10).low == 0)
        #expect(ShareInterval(10, of: 10).high > 0.999_999)
    }
}
