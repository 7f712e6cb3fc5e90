import AstroM3
import Foundation
import Testing

@testable import Training

/// What `trifid calibrate` says of alerts, and writes into the card.
@Suite struct RecalibrationTests {
    private let taxonomy = Taxonomy.twoClasses

    /// A right answer with this probability.
    private func right(_ label: Int, _ probability: Float, object: Int) -> Scores.Answer {
        let leaves = label == 0 ? [probability, 1 - probability] : [1 - probability, probability]
        return answer(object, of: label, leaves, points: 5)
    }

    @Test func eachFoldIsDecidedByAFitToTheOthers() {
        let labels = TrainingLabels(taxonomy)
        let sure = (0..<40).map { right($0 % 2, 0.9, object: $0) }
        // Answers of the second fold are as sure and all wrong: what the first fold says of its gate does not know it.
        let wrong = sure.map { answer in
            var answer = answer
            answer.leaves.reverse()
            return answer
        }
        let known = DecisionRule(thresholds: [0.5])
        func decided(_ answers: [[Scores.Answer]]) -> Decisions.Branch {
            Decisions(Recalibration.decided(answers, labels, known), known, taxonomy).firstLevel
        }
        let alike = decided([sure, sure])
        #expect((alike.count, alike.decided, alike.wrong) == (80, 80, 0))
        // The wrong fold lets the first decide nothing; the right one lets the second decide all, wrongly.
        let mixed = decided([sure, wrong])
        #expect((mixed.count, mixed.decided, mixed.wrong) == (80, 40, 40))
    }

    @Test func aBranchThatNoAlertSpeaksOfKeepsItsGate() {
        let taxonomy = Taxonomy.oneBranch
        // Wrong in so many of ten at the first level, and labelled no deeper.
        func fit(_ wrong: Int) -> DecisionRule {
            let answers = (0..<60).map { answer($0, of: $0 % 10 < wrong ? 3 : 0, [0.5, 0.2, 0.3], points: 5) }
            let known = DecisionRule(thresholds: [0.6, 1], branches: ["A": 0.65])
            return Recalibration.Fit(Scores(TrainingLabels(taxonomy), answers), known).decision
        }
        #expect(fit(1) == DecisionRule(thresholds: [1, 1], branches: ["A": 0.65]))
        #expect(fit(0).thresholds[0] >= 0.6 && fit(0).thresholds[0] < 1 && fit(0).branches == ["A": 0.65])
    }

    @Test func theCardSaysTheGatesThatAreInForce() throws {
        let folder = TemporaryFolder()
        try folder.make()
        defer { folder.remove() }
        func outcome(_ threshold: Float) -> Recalibration.Outcome {
            let rule = DecisionRule(thresholds: [threshold, 1])
            let answers = (0..<133).map { place in
                var answer = right(place % 2, 0.9, object: place)
                // Every tenth is left open, every nineteenth wrong.
                answer.decision = place % 10 == 0 ? nil : place % 19 == 0 ? 1 - place % 2 : place % 2
                return answer
            }
            let decisions = Decisions(Scores(TrainingLabels(taxonomy), answers), rule, taxonomy)
            return Recalibration.Outcome(alerts: 133, factor: 1.5, decision: rule, decisions: decisions)
        }
        try ModelCard.recalibrate(folder: folder.path, outcome(0.5), taxonomy)
        let path = folder.path + "/card.md"
        #expect(!FileManager.default.fileExists(atPath: path))
        let sentence = "It decides for the deepest node whose probability, and that of all above it, reaches the gate: "
        try folder.write("# sky\n\n\(sentence)0.600 at level 1.\n\n## Data\n\nmuch\n", "card.md")
        for threshold in [Float(0.7), 0.75] {
            try ModelCard.recalibrate(folder: folder.path, outcome(threshold), taxonomy)
            let found = try String(contentsOfFile: path, encoding: .utf8)
            #expect(found.contains("\(sentence)\(threshold == 0.7 ? "0.700" : "0.750") at the first level.\n"))
            #expect(found.contains("| first level | 133 | 119 | 113 | 0.894 to 0.977 |"), "\(found)")
            #expect(found.components(separatedBy: "## On real alerts").count == 2)
            #expect(found.contains("133 labelled alerts") && found.hasSuffix("\n## Data\n\nmuch\n"))
        }
    }
}
