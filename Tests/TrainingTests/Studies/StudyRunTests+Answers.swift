import Foundation
import Ground
import Testing

@testable import Training

/// What a study takes for the answers of a cell that is done, and how it has them again.
extension StudyRunTests {
    /// One cell a repeat, and no pre-training.
    private func small(_ set: TinyDataSet) throws -> Study {
        try study(set) {
            $0.replacing("folds: [0, 2]", with: "folds: [0]").replacing("  - {fraction: 1}", with: "")
                .replacing("samples:", with: "pretrained: [false]\nsamples:")
        }
    }

    private func answers(_ study: Study) -> String { "run/cells/\(study.cells[0].name)/answers.jsonl" }

    /// What is said of a study that is not gone on with.
    private func refusal(_ study: Study, _ set: TinyDataSet) -> String {
        message { _ = try run(study, set, "run", resumes: true) }
    }

    @Test func theModelOfSeveralNetworksAnswersAgainWithoutTraining() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        _ = try small(set)
        // The recipe that the study names.
        _ = try set.recipe(model: ["members: 3"])
        let study = try Study(file: "\(set.folder)/study.yaml")
        #expect(try run(study, set, "run").cells == 2)
        let expected = try tables(set, "run")
        try FileManager.default.removeItem(atPath: "\(set.folder)/\(answers(study))")
        let again = try run(study, set, "run", resumes: true)
        #expect(again.cells == 1 && again.steps == 0)
        #expect(try tables(set, "run") == expected)
        #expect(
            !FileManager.default.fileExists(atPath: "\(set.folder)/run/cells/\(study.cells[0].name)/members/1/model")
        )
    }

    @Test func answersThatAreNotThoseOfTheirCellAreRefused() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let study = try small(set)
        #expect(try run(study, set, "run").cells == 2)
        let (expected, file) = (try tables(set, "run"), answers(study))
        let (text, path) = (try set.text(file), "\(set.folder)/\(file)")
        let lines = text.split(separator: "\n").map { "\($0)\n" }
        #expect(lines.count == 12)
        let advice = ": take the file away, and the cell is answered again"
        // Emptied, cut at the end of a line, and without its beginning.
        for kept in [lines[..<0], lines[..<7], lines[5...]] {
            try set.write(kept.joined(), file)
            let words = "\(path) has \(kept.count) answers, and its cell 12 objects that the model answers\(advice)"
            #expect(refusal(study, set) == words)
        }
        // One twice, and one of another set.
        var other = try #require(StudyAnswer(JSONParser.parse(lines[11].utf8)))
        other.object = "other"
        for last in [lines[0], other.json.line + "\n"] {
            try set.write(lines[..<11].joined() + last, file)
            let words = "\(path) has 12 answers, which are not those to the 12 objects of its cell, each once\(advice)"
            #expect(refusal(study, set) == words)
        }
        try FileManager.default.removeItem(atPath: path)
        let again = try run(study, set, "run", resumes: true)
        #expect(try again.steps == 0 && tables(set, "run") == expected && set.text(file) == text)
    }

    /// An object without anything to see has no answer: its cell is done all the same.
    @Test func anObjectThatTheModelCannotAnswerIsNotMissed() throws {
        // Object 0 is in fold 0.
        let set = try TinyDataSet(inFolds: true, bare: [0])
        defer { set.remove() }
        let study = try small(set)
        #expect(try run(study, set, "run").cells == 2)
        #expect(try set.text(answers(study)).split(separator: "\n").count == 11)
        let again = try run(study, set, "run", resumes: true)
        #expect(again.cells == 0 && again.steps == 0)
    }
}
