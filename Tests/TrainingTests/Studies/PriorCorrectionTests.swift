import AstroM3
import Foundation
import Ground
import Sky
import Testing

@testable import Training

@Suite struct PriorCorrectionTests {
    /// Objects of two classes, nine of ten of the first, whose probabilities are right: each class shows a number of its own side
    /// of 0, with an error of 1.
    private func answers(_ count: Int, seed: UInt64) -> [PriorCorrection.Answer] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let label = generator.unit() < 0.1 ? 1 : 0
            let shown = (label == 1 ? 1 : -1) + generator.normal()
            // The logarithm of the likelihoods' ratio is twice what is shown.
            let odds = 0.1 / 0.9 * exp(2 * shown)
            return (label, [1 / (1 + odds), odds / (1 + odds)])
        }
    }

    private func balanced(_ answers: [PriorCorrection.Answer], _ choice: ([Double]) -> Int?) -> Double {
        (0...1).map { label in
            let own = answers.filter { $0.label == label }
            return Double(own.count { choice($0.probabilities) == label }) / Double(own.count)
        }.reduce(0, +) / 2
    }

    @Test func ofRightProbabilitiesTheWholeShareIsTakenOut() {
        let correction = PriorCorrection(fittedTo: answers(20_000, seed: 1), classes: 2)
        #expect((0.75...1.25).contains(correction.exponent))
        let others = answers(20_000, seed: 2)
        let plain = balanced(others) { $0[0] > $0[1] ? 0 : 1 }
        let corrected = balanced(others) { correction.choice($0) }
        // Two normal distributions two deviations apart: right with 0.461 and 0.982 by the odds as they are, with 0.841 by the middle.
        #expect(abs(plain - 0.721) < 0.02 && abs(corrected - 0.841) < 0.015, "\(plain) \(corrected)")
    }

    @Test func nothingIsChangedWhereNothingIsKnownOrNothingIsGained() {
        #expect(PriorCorrection(fittedTo: [], classes: 3).choice([0.2, 0.5, 0.3]) == 1)
        #expect(PriorCorrection(fittedTo: [], classes: 0).choice([]) == nil)
        let certain = (0..<40).map { (label: $0 < 36 ? 0 : 1, probabilities: $0 < 36 ? [0.9, 0.1] : [0.1, 0.9]) }
        #expect(PriorCorrection(fittedTo: certain, classes: 2).exponent == 0)
        // A class that nobody has is not said for that.
        #expect(PriorCorrection(fittedTo: certain, classes: 3).choice([0.6, 0.1, 0.3]) == 0)
    }

    /// An object's own fold says nothing of how its answer is corrected.
    @Test func aFoldIsCorrectedByTheOthers() throws {
        let labels = TrainingLabels(.twoClasses)
        func cell(_ fold: Int) -> StudyCell {
            StudyCell(variant: "v", fold: fold, seed: 1, fraction: 1, draw: 1, isPretrained: false)
        }
        func answers(_ fold: Int, _ ofB: [String: Double]) -> [StudyAnswer] {
            (0..<12).map { place in
                let isB = place % 6 == 0
                return StudyAnswer(
                    object: "\(fold)/\(place)",
                    label: isB ? "B" : "A",
                    probabilities: [.photometry: isB ? ofB : ["A": 0.9, "B": 0.1]]
                )
            }
        }
        func row(_ first: [String: Double], _ second: [String: Double]) throws -> StudyTables.Row {
            let cells = [(cell(0), answers(0, first)), (cell(1), answers(1, second))]
            return try #require(StudyTables(labels, cells, modalities: [.photometry], samples: 10).rows.first)
        }
        let (weak, strong) = (["A": 0.6, "B": 0.4], ["A": 0.1, "B": 0.9])
        // Both folds say too little of B: each learns it of the other.
        let both = try row(weak, weak)
        #expect(both.balancedAccuracy.mean == 0.5 && both.correctedBalancedAccuracy.mean == 1)
        // One does: what it needs, the other cannot tell, and the other loses nothing.
        let one = try row(weak, strong)
        #expect(one.balancedAccuracy.mean == 0.75 && one.correctedBalancedAccuracy.mean == 0.75)
    }
}
