import AstroM3
import Testing

@testable import Training

/// When no temperature fits the answers, the search for one ends at its bound.
@Suite struct CalibrationBoundTests {
    /// Answers at 0.9, so many of ten of which are right.
    private func scores(right: Int) -> Scores {
        let labels = TrainingLabels(Taxonomy(nodes: [Taxonomy.Node("A", under: nil), Taxonomy.Node("B", under: nil)]))
        let answers = (0..<100).map { number in
            Scores.Answer(
                label: number % 10 < right ? 0 : 1,
                leaves: [0.9, 0.1],
                points: 10,
                modalities: "photometry",
                object: number
            )
        }
        return Scores(labels, answers)
    }

    @Test func aFactorAtTheEndOfTheSearchIsTold() {
        #expect(CalibrationFit.isAtBound(factor: CalibrationFit.factor(scores(right: 1))))
        #expect(!CalibrationFit.isAtBound(factor: CalibrationFit.factor(scores(right: 8))))
    }
}
