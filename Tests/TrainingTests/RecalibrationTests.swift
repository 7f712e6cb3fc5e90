import AstroM3
import Foundation
import Testing

@testable import Training

/// What `trifid calibrate` says of alerts, and writes into the card.
@Suite struct RecalibrationTests {
    private let taxonomy = Taxonomy(nodes: [Taxonomy.Node("A", under: nil), Taxonomy.Node("B", under: nil)])

    private func answer(_ label: Int, _ probability: Float, object: Int) -> Scores.Answer {
        Scores.Answer(
            label: label,
            leaves: label == 0 ? [probability, 1 - probability] : [1 - probability, probability],
            points: 5,
            modalities: "photometry",
            object: object
        )
    }

    @Test func eachFoldIsDecidedByAFitToTheOthers() {
        let labels = TrainingLabels(taxonomy)
        let sure = (0..<40).map { answer($0 % 2, 0.9, object: $0) }
        // Answers of the second fold are as sure and all wrong: what the first fold says of its gate does not know it.
        let wrong = sure.map { answer in
            var answer = answer
            answer.leaves.reverse()
            return answer
        }
        let right = Recalibration.decisions([sure, sure], labels, [0.5], taxonomy)
        #expect(right == (80, 80))
        let mixed = Recalibration.decisions([sure, wrong], labels, [0.5], taxonomy)
        // The wrong fold lets the first decide nothing; the right one lets the second decide all, wrongly.
        #expect(mixed == (40, 0))
    }

    @Test func aLevelThatNoAlertSpeaksOfKeepsItsGate() {
        let taxonomy = Taxonomy(nodes: [
            .init("A"), .init("A1", under: "A"), .init("A2", under: "A"), .init("B"),
        ])
        // Right in nine of ten at the first level, and labelled no deeper.
        let answers = (0..<60).map { place in
            Scores.Answer(
                label: place % 10 == 0 ? 3 : 0,
                leaves: [0.5, 0.2, 0.3],
                points: 5,
                modalities: "photometry",
                object: place
            )
        }
        let fit = Recalibration.Fit(Scores(TrainingLabels(taxonomy), answers), [0.6, 0.7], taxonomy)
        #expect(fit.thresholds == [1, 0.7])
    }

    @Test func theCardSaysTheGatesThatAreInForce() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func outcome(_ threshold: Float) -> Recalibration.Outcome {
            Recalibration.Outcome(alerts: 133, factor: 1.5, thresholds: [threshold, 1], decided: 0.8, right: 0.95)
        }
        try ModelCard.recalibrate(folder: folder, outcome(0.5))
        let path = folder + "/card.md"
        #expect(!FileManager.default.fileExists(atPath: path))
        let sentence = "It decides for the deepest node whose probability, and that of all above it, reaches the gate: "
        let card = "# sky\n\n\(sentence)0.600 at level 1.\n\n## Data\n\nmuch\n"
        try card.write(toFile: path, atomically: true, encoding: .utf8)
        for threshold in [Float(0.7), 0.75] {
            try ModelCard.recalibrate(folder: folder, outcome(threshold))
            let found = try String(contentsOfFile: path, encoding: .utf8)
            #expect(found.contains("\(sentence)\(threshold == 0.7 ? "0.700" : "0.750") at level 1, never at level 2."))
            #expect(found.components(separatedBy: "## On real alerts").count == 2)
            #expect(found.contains("133 labelled alerts") && found.hasSuffix("\n## Data\n\nmuch\n"))
        }
    }
}
