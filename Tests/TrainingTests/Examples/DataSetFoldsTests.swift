import DataSets
import Testing

@testable import Training

/// A fold serves for one thing: it is tested, or chooses the weights, or trains.
@Suite struct DataSetFoldsTests {
    /// The set with other numbers of folds.
    private func data(_ set: TinyDataSet, _ fold: (Int) -> Int) throws -> DataSet {
        try set.changed("objects.csv") { text in
            text.replacing(/,fold,([0-9]+),/) { ",fold,\(fold(Int($0.output.1) ?? 0))," }
        }
    }

    @Test func tooFewFoldsAreRefusedByWhateverTrains() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let recipe = try set.recipe()
        func refusal(_ data: DataSet, _ fold: Int?, _ phase: TrainingRun.Phase = .finetuning) -> String {
            var options = TrainingRun.Options(phase: phase, folder: "", seed: 1, threads: 1)
            options.fold = fold
            return message { _ = try RunObjects(recipe, data, options) }
        }
        let one = try data(set) { _ in 0 }
        let words = "one chooses the weights and the others train, so that"
        for phase in TrainingRun.Phase.allCases {
            #expect(refusal(one, 0, phase).hasPrefix("tiny has 1 fold: one is tested, \(words) 3 at least"))
            #expect(refusal(one, nil, phase).hasPrefix("tiny has 1 fold: \(words) 2 at least"))
        }
        let two = try data(set) { $0 % 2 }
        #expect(refusal(two, 1).hasPrefix("tiny has 2 folds: one is tested, \(words) 3 at least"))
        #expect(refusal(two, nil) == "")
        #expect(refusal(set.data, 3) == "")
        let gap = try data(set) { $0 * 2 }
        #expect(refusal(gap, 0).hasPrefix("the folds of tiny are 0, 2, 4, 6: number them from 0 without a gap"))
        #expect(message { _ = try DrawnExamples(recipe, one, fold: 0) }.hasPrefix("tiny has 1 fold"))
    }

    @Test func theOneFoldOfASetIsNotTested() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let one = try data(set) { _ in 0 }
        #expect(
            message { try DataSetFolds(one).checkTested() }.hasPrefix(
                "tiny has 1 fold, which no model of this set can have left out: deal the objects into three folds at least"
            )
        )
        #expect(message { try DataSetFolds(set.data).checkTested() } == "")
    }

    /// Labelled alerts in folds beside splits: the split `val` chooses.
    @Test func foldsOfAlertsMayBeAnyNumber() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        #expect(message { try DataSetFolds(set.data).checkTraining(tested: 1) } == "")
        #expect(message { try DataSetFolds(set.data).checkTested() } == "")
    }

    /// What is tested is neither trained on nor chosen by.
    @Test func inASetOfFoldsAnotherFoldChoosesTheWeights() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let recipe = try set.recipe()
        let labels = try recipe.labels()
        let objects = try ObjectData(set.data)
        for fold in [nil, 0, 1, 3] {
            let pools = [DataSetObject.Split.train, .val].map {
                ExamplePool(objects, labels: labels, recipe.examples, .finetuning, split: $0, fold: fold)
            }
            let folds = pools.map { Set($0.objects.map { set.data.objects[$0].fold ?? -1 }) }
            #expect(folds[1] == [((fold ?? -1) + 1) % 4])
            #expect(folds[0] == Set(0..<4).subtracting(folds[1]).subtracting(fold.map { [$0] } ?? []))
        }
    }
}
