import AstroM3
import Sky
import Testing

@testable import Training

/// The tables say by which objects answers were corrected, as `StudyVerdicts` does it.
@Suite struct CorrectedWordsTests {
    private func text(fold: Int?) -> String {
        let cell = StudyCell(variant: "v", fold: fold, seed: 1, fraction: 1, draw: 1, isPretrained: false)
        let answers = ["A", "B"].map { label in
            StudyAnswer(object: label, label: label, probabilities: [.photometry: ["A": 0.5, "B": 0.5]])
        }
        let labels = TrainingLabels(.twoClasses)
        return StudyTables(labels, [(cell, answers)], modalities: [.photometry], samples: 100)
            .markdown(name: "mine", data: "tiny")
    }

    @Test func aStudyInFoldsIsCorrectedByTheOthers() {
        #expect(
            text(fold: 0).contains("for each fold from the answers to the others (while one alone is done, nothing")
        )
        #expect(!text(fold: 0).contains("groups of objects"))
    }

    @Test func aStudyWithoutFoldsIsCorrectedByGroupsOfObjects() {
        #expect(
            text(fold: nil).contains("for each of 5 groups of objects, all that are one object on the sky in one group")
        )
        #expect(!text(fold: nil).contains("for each fold"))
    }
}
