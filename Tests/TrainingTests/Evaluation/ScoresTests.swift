import AstroM3
import Testing

@testable import Training

@Suite struct ScoresTests {
    private static let labels = TrainingLabels(.oneBranch)

    /// By hand: labels A1, A1, A (an inner node), B.
    @Test func levelsAddUpTheirLeaves() {
        let scores = Scores(
            Self.labels,
            [
                answer(of: 1, [0.4, 0.3, 0.3]), answer(of: 1, [0.1, 0.3, 0.6]), answer(of: 0, [0.2, 0.35, 0.45]),
                answer(of: 3, [0.2, 0.1, 0.7]),
            ]
        )
        let level = scores.firstLevel
        #expect(level.names == ["A", "B"] && level.confusion == [[2, 1], [0, 1]])
        #expect(level.accuracy == 0.75 && abs(level.balancedAccuracy - (2.0 / 3 + 1) / 2) < 1e-12)
        #expect(abs(level.macroF1 - (0.8 + 2.0 / 3) / 2) < 1e-12)
        #expect(level.precision["B"] == 0.5 && level.counts["A"] == 3)
        // The surest three are of 0.7 (right), 0.7 (right) and 0.6 (wrong).
        #expect(abs(level.surest - 2.0 / 3) < 1e-12)
        #expect(abs(scores.loss - (0.916291 + 2.302585 + 0.597837 + 0.356675) / 4) < 1e-5)
        #expect(abs(scores.balancedLoss - ((0.916291 + 2.302585) / 2 + 0.597837 + 0.356675) / 3) < 1e-5)
        #expect(scores.picked { $0.label == 3 }.firstLevel.accuracy == 1)
        // A network that has lost its numbers answers nothing, and is not the best.
        #expect(Scores(Self.labels, []).firstLevel.count == 0 && Scores(Self.labels, []).loss == .infinity)
    }
}
