import AstroM3
import Testing

@testable import Training

/// Below a closed gate nothing is decided, and whoever is told of gates is told so.
@Suite struct BranchGateTests {
    /// A, with A1 and A2 below it, of which A1 has A11 and A12; and B.
    private let taxonomy = Taxonomy(nodes: [
        .init("A"), .init("A1", under: "A"), .init("A11", under: "A1"), .init("A12", under: "A1"),
        .init("A2", under: "A"), .init("B"),
    ])

    private func reached(_ rule: DecisionRule, _ taxonomy: Taxonomy) -> [String] {
        BranchGate.all(of: rule, taxonomy).filter(\.isReached).map { $0.node ?? "" }
    }

    @Test func whatStandsBelowAClosedGateIsNotReached() {
        let open = DecisionRule(thresholds: [0.5], branches: ["A": 0.6, "A1": 0.7])
        #expect(reached(open, taxonomy) == ["", "A", "A1"])
        for (node, expected) in [("A1", ["", "A", "A1"]), ("A", ["", "A"])] {
            var rule = open
            rule.branches[node] = 1
            #expect(reached(rule, taxonomy) == expected, "\(node)")
        }
        let closed = DecisionRule(thresholds: [1], branches: ["A": 0.6, "A1": 0.7])
        #expect(reached(closed, taxonomy) == [""])
        #expect(BranchGate.all(of: closed, taxonomy).map(\.isClosed) == [true, false, false])
    }

    /// A branch with one way to go has a gate too, which nobody is told of.
    @Test func aClosedGateWithOneNodeBelowItLetsNothingThrough() {
        let taxonomy = Taxonomy.oneRoot
        #expect(reached(DecisionRule(thresholds: [0.5, 0.6]), taxonomy) == ["root"])
        #expect(reached(DecisionRule(thresholds: [1, 0.6]), taxonomy) == [])
    }

    @Test func aCardTellsOfNoGateBelowAClosedOne() {
        let rule = DecisionRule(thresholds: [0.5], branches: ["A": 1, "A1": 0.7])
        #expect(ModelCard.gates(rule, taxonomy).hasSuffix("reaches the gate: 0.500 at the first level, never below A."))
    }

    @Test func decisionsSayWhatIsNotReached() {
        let rule = DecisionRule(thresholds: [0.5], branches: ["A": 1, "A1": 0.7])
        let decisions = Decisions(Scores(TrainingLabels(taxonomy), []), rule, taxonomy)
        #expect(decisions.branches.map(\.isReached) == [true, true, false])
    }

    /// What was closed before, or stands below what is, has not been closed by the shares.
    @Test func sharesWarnOfWhatTheyHaveClosedThemselves() {
        func closed(_ before: DecisionRule, _ now: DecisionRule) -> [String?] {
            let shares = ClassShares(calibrated: [:], expected: [:], decision: before)
            return ShareCorrection.Outcome(shares: shares, objects: 0, decision: now, leavesAlertsOut: false)
                .closed(taxonomy)
        }
        let open = DecisionRule(thresholds: [0.5], branches: ["A": 0.6, "A1": 0.7])
        let belowA = DecisionRule(thresholds: [0.5], branches: ["A": 1, "A1": 0.7])
        let belowAAndA1 = DecisionRule(thresholds: [0.5], branches: ["A": 1, "A1": 1])
        let all = DecisionRule(thresholds: [1], branches: ["A": 1, "A1": 1])
        #expect(closed(open, belowA) == ["A"] && closed(open, belowAAndA1) == ["A"] && closed(open, all) == [nil])
        // The gate below A1 could decide nothing before.
        #expect(closed(belowA, belowAAndA1) == [] && closed(belowA, all) == [nil] && closed(all, all) == [])
        let belowA1 = DecisionRule(thresholds: [0.5], branches: ["A": 0.6, "A1": 1])
        #expect(closed(open, belowA1) == ["A1"] && closed(belowA1, belowAAndA1) == ["A"])
    }
}
