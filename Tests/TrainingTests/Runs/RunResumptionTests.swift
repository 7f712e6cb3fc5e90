import AstroM3
import Foundation
import Tensor
import Testing

@testable import Training

/// What a run goes on with after a stop, to the same end, and what it refuses to go on with.
@Suite struct RunResumptionTests {
    private func weights(_ set: TinyDataSet, _ name: String) throws -> [String: [UInt32]] {
        try RunFolder.weights("\(set.folder)/\(name)/checkpoint.safetensors").mapValues { $0.values.map(\.bitPattern) }
    }

    /// The best of all looks by a run's log, which has marked it.
    private func best(_ set: TinyDataSet, _ name: String, _ phase: TrainingRun.Phase) throws -> TrainingRun.Best? {
        let looks = try RunLog("\(set.folder)/\(name)").looks()
        let ranks = looks.compactMap(\.meanReciprocalRank)
        #expect(ranks.count == (phase == .pretraining ? looks.count : 0))
        guard let marked = looks.last(where: \.best) else { return nil }
        switch phase {
        case .pretraining:
            #expect(marked.meanReciprocalRank == ranks.max())
            return ranks.max().map { .meanReciprocalRank(1 - (1 - $0)) }
        case .finetuning:
            #expect(marked.validation == looks.map(\.validation).min())
            return .validationLoss(marked.validation)
        }
    }

    @Test(arguments: [TrainingRun.Phase.pretraining, .finetuning])
    func aRunThatIsStoppedAnywhereEndsWithTheSameBits(_ phase: TrainingRun.Phase) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        let whole = try TrainingRun(recipe, set.data, set.options("whole", phase))
        guard case .done(let model, let best) = try whole.run(shouldStop: { false }, { _ in }) else {
            Issue.record("not done")
            return
        }
        let made = try Model(folder: model)
        // A head that was never trained may not decide.
        #expect(made.manifest.training == (phase == .finetuning ? .trained : .untrained))
        #expect(try best == self.best(set, "whole", phase))
        let expected = try weights(set, "whole")
        for stop in 0..<6 {
            let name = "stopped-\(stop)"
            // The folder is free again when the run is gone.
            func stopped() throws -> TrainingRun.Outcome {
                var steps = 0
                return try TrainingRun(recipe, set.data, set.options(name, phase))
                    .run(shouldStop: { steps == stop }, { _ in steps += 1 })
            }
            #expect(try stopped() == .interrupted(step: stop))
            var options = set.options(name, phase)
            options.resumes = true
            try set.train(recipe, options)
            let found = try weights(set, name)
            #expect(found == expected, "stopped after \(stop) steps")
            let logs = try ["whole", name].map { try RunLog("\(set.folder)/\($0)").linesWithoutTime }
            #expect(logs[0] == logs[1] && logs[0].count == 3)
        }
    }

    @Test func aFolderIsNeitherOverwrittenNorGoneOnWithByAnotherRecipe() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, set.options("one"))
        func refusal(_ recipe: Recipe, _ options: TrainingRun.Options) -> String {
            message { _ = try TrainingRun(recipe, set.data, options) }
        }
        #expect(refusal(recipe, set.options("one")).contains("holds a run already: --resume goes on"))
        var resumed = set.options("one")
        resumed.resumes = true
        #expect(refusal(recipe, resumed) == "")
        resumed.threads = 1
        #expect(refusal(recipe, resumed).contains("a run of another number of threads (2)"))
        resumed.threads = 2
        resumed.seed = 8
        #expect(refusal(recipe, resumed).contains("another seed (7)"))
        resumed.seed = 7
        let other = try set.recipe { $0.replacing("dropout: 0.1", with: "dropout: 0.2") }
        #expect(refusal(other, resumed).contains("another recipe"))
    }

    @Test func aFolderIsForOneProcessAndAFoldMustBeThere() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        let one = try TrainingRun(recipe, set.data, set.options("one"))
        var second = set.options("one")
        second.resumes = true
        #expect(message { _ = try TrainingRun(recipe, set.data, second) }.contains("another process trains in"))
        withExtendedLifetime(one) {}
        second.fold = 9
        #expect(message { _ = try TrainingRun(recipe, set.data, second) } == "tiny has no fold 9")
    }

    @Test func aRunIsNotGoneOnWithWhereItsDataOrTaxonomyHaveChanged() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, set.options("one"))
        var resumed = set.options("one")
        resumed.resumes = true
        let changed = try set.changed("photometry.csv", "mine/0,60000", "mine/0,59999")
        #expect(
            message { _ = try TrainingRun(recipe, changed, resumed) }.contains(
                "a run of another state of the data set tiny"
            )
        )
        #expect(message { _ = try TrainingRun(recipe, set.data, resumed) } == "")
    }

    @Test func aModelThatCannotBeReadIsMadeAgain() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        try set.train(recipe, set.options("one"))
        let path = "\(set.folder)/one/model/weights.safetensors"
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.dropLast(9).write(to: URL(filePath: path))
        var resumed = set.options("one")
        resumed.resumes = true
        try set.train(recipe, resumed)
        #expect(try Data(contentsOf: URL(filePath: path)) == whole)
        #expect(FileManager.default.fileExists(atPath: "\(set.folder)/one/model/card.md"))
    }
}
