import AstroM3
import Testing

@testable import Training

/// Gates of the model hold as they are: what it decides stands in the answer.
@Suite struct DecisionsTests {
    private static let labels = TrainingLabels(.twoBranches)

    private func decisions(_ said: [(label: String, decision: String?)]) -> [Decisions.Branch] {
        let answers = said.map { label, decision in
            var decided = answer(of: Self.labels.number(of: label) ?? -1, [0.25, 0.25, 0.25, 0.25])
            decided.decision = decision.flatMap(Self.labels.number)
            return decided
        }
        let rule = DecisionRule(thresholds: [0.6, 0.8], branches: ["B": 0.7])
        return Decisions(Scores(Self.labels, answers), rule, .twoBranches).branches
    }

    @Test func aDecisionCountsInItsBranchAndAbove() {
        let branches = decisions([
            ("A1", "A1"), ("A1", "A2"), ("A1", "A"), ("A1", "B"), ("A", "A2"), ("B1", nil), ("B1", "A1"), ("B2", "B1"),
        ])
        #expect(branches.map(\.name) == ["first level", "below A", "below B"])
        #expect(branches.map(\.gate) == [0.6, 0.8, 0.7].map { Double(Float($0)) })
        // Below A arrive the first three and B1 as A1; the label A says nothing there. Below B arrive A1 and B2.
        #expect(branches.map(\.count) == [8, 4, 2])
        #expect(branches.map(\.decided) == [7, 3, 1])
        #expect(branches.map(\.wrong) == [2, 2, 1])
    }

    /// With one root all is decided at the top, and rightly: the first that can be wrong is below it.
    @Test func whereThereIsOneNodeNothingIsToldApart() {
        let taxonomy = Taxonomy(nodes: [
            .init("star"), .init("A", under: "star"), .init("B", under: "star"), .init("B1", under: "B"),
        ])
        let decisions = Decisions(
            Scores(TrainingLabels(taxonomy), []),
            DecisionRule(thresholds: [0.5, 0.6]),
            taxonomy
        )
        #expect(decisions.branches.map(\.name) == ["below star"] && decisions.firstLevel.gate == Double(Float(0.6)))
        let one = Taxonomy(nodes: [.init("star")])
        #expect(Decisions(Scores(TrainingLabels(one), []), DecisionRule(thresholds: [0.5]), one).firstLevel.count == 0)
    }

    @Test func whatIsNotDecidedHasNoRisk() {
        let branches = decisions([("A1", nil), ("B", nil)])
        #expect(branches.map(\.decided) == [0, 0, 0] && branches.map(\.risk) == [0, 0, 0])
        #expect(branches[0].coverage == 0 && branches[1].count == 0 && branches[1].coverage == 0)
    }
}
