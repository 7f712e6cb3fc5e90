import Foundation
import Testing

@testable import Training

/// What `--resume` finds before its first step, and not when its turn comes.
extension StudyRunTests {
    /// What is said of a study that is not gone on with; the steps that were taken all the same.
    private func refusal(_ study: Study, _ set: TinyDataSet) throws -> (words: String, steps: Int) {
        let run = try StudyRun(study, set.data, folder: "\(set.folder)/run", threads: 1, resumes: true)
        var steps = 0
        do {
            _ = try run.run(shouldStop: { false }, { _ in steps += 1 })
            return ("", steps)
        } catch { return ("\(error)", steps) }
    }

    private func file(_ set: TinyDataSet) -> Data? {
        FileManager.default.contents(atPath: "\(set.folder)/run/study.yaml")
    }

    @Test func aCellThatIsHalfDoneByAnotherRecipeIsRefusedAndTheStudyStays() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let first = try study(set) { $0.replacing("samples:", with: "pretrained: [false]\nsamples:") }
        #expect(try run(first, set, "run", stopAfter: 1).cells == 0)
        #expect(file(set) == Data(first.text))
        _ = try study(set) { $0.replacing("samples: 200", with: "pretrained: [false]\nsamples: 300") }
        _ = try set.recipe { $0.replacing("dropout: 0.1", with: "dropout: 0.2") }
        let found = try refusal(Study(file: "\(set.folder)/study.yaml"), set)
        let cell = "\(set.folder)/run/cells/\(first.cells[0].name)"
        #expect(found.words.hasPrefix("\(cell) is a run of another recipe than its study: "), "\(found.words)")
        #expect(found.steps == 0 && file(set) == Data(first.text))
    }

    @Test func aFinishedPreTrainingByAnotherRecipeIsRefusedAndTheStudyStays() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let first = try study(set)
        // All steps of the first pre-training, and none of its cell.
        #expect(try run(first, set, "run", stopAfter: 6).steps == 6)
        let pretraining = "\(set.folder)/run/pretraining/\(first.cells[0].pretraining)"
        #expect(RunFolder(pretraining).isDone && !RunFolder(pretraining).hasCheckpoint)
        // As if the stop had come before the cell.
        try FileManager.default.removeItem(atPath: "\(set.folder)/run/cells")
        _ = try study(set) { $0.replacing("samples: 200", with: "samples: 300") }
        _ = try set.recipe { $0.replacing("rate: 1.0e-3", with: "rate: 2.0e-4") }
        let found = try refusal(Study(file: "\(set.folder)/study.yaml"), set)
        #expect(found.words.hasPrefix("\(pretraining) is a run of another recipe than its study: "), "\(found.words)")
        #expect(found.steps == 0 && file(set) == Data(first.text))
    }

    @Test func aPreTrainingThatIsHalfDoneByAnotherRecipeIsRefusedAndTheStudyStays() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let first = try study(set)
        #expect(try run(first, set, "run", stopAfter: 3).steps == 3)
        _ = try study(set) { $0.replacing("samples: 200", with: "samples: 300") }
        _ = try set.recipe { $0.replacing("rate: 1.0e-3", with: "rate: 2.0e-4") }
        let found = try refusal(Study(file: "\(set.folder)/study.yaml"), set)
        let pretraining = "\(set.folder)/run/pretraining/\(first.cells[0].pretraining)"
        #expect(found.words.hasPrefix("\(pretraining) is a run of another recipe than its study: "), "\(found.words)")
        #expect(found.steps == 0 && file(set) == Data(first.text))
    }

    @Test func aDamagedAnswerIsFoundBeforeTheFirstStepAndAnsweredAgain() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let small = try study(set) {
            $0.replacing("folds: [0, 2]", with: "folds: [0]").replacing("  - {fraction: 1}", with: "")
        }
        #expect(try run(small, set, "run").cells == 4)
        let expected = try tables(set, "run")
        let answers = "run/cells/\(small.cells[1].name)/answers.jsonl"
        var lines = try set.text(answers).split(separator: "\n").map(String.init)
        lines[2] = String(lines[2].prefix(40))
        let path = try set.write(lines.joined(separator: "\n"), answers)
        let found = try refusal(try study(set), set)
        #expect(
            found.words
                == "\(path), line 3, is no answer of a study: take the file away, and the cell is answered again"
        )
        #expect(found.steps == 0 && file(set) == Data(small.text))
        #expect(throws: RunFolder.Fault(description: "\(path) cannot be read: larger than 100 bytes")) {
            try StudyAnswer.read(path, maximum: 100)
        }
        try FileManager.default.removeItem(atPath: path)
        let again = try run(small, set, "run", resumes: true)
        #expect(again.cells == 1 && again.steps == 0)
        #expect(try tables(set, "run") == expected)
    }
}
