import Ground
import Tensor
import Testing

@testable import Training

/// By what a run chooses its weights, and when it stops.
@Suite struct RunChoiceTests {
    /// At a rate of nothing no look is better than the first.
    @Test(arguments: [1, 2]) func aRunEndsAfterSoManyLooksWithoutABetterOne(patience: Int) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe {
            $0.replacing("steps: 6\n  batch: 8\n  rate: 2.0e-3", with: "steps: 12\n  batch: 8\n  rate: 0")
                .replacing("dropout: 0.1", with: "dropout: 0.1\n  patience: \(patience)")
        }
        /// The steps of a run that is stopped before one of them; nil: of one that goes on to its end.
        func run(_ name: String, resumes: Bool = false, until stop: Int?) throws -> Int {
            var options = set.options(name)
            options.resumes = resumes
            var last = 0
            let outcome = try TrainingRun(recipe, set.data, options)
                .run(shouldStop: { last == stop }, { last = $0.step })
            if let stop { #expect(outcome == .interrupted(step: stop)) }
            return last
        }
        let end = 2 * (patience + 1)
        #expect(try run("whole", until: nil) == end)
        func looks(_ name: String) throws -> [String] { try RunLog("\(set.folder)/\(name)").linesWithoutTime }
        let whole = try looks("whole")
        #expect(whole.count == patience + 1)
        #expect(whole.map { $0.contains("\"best\":true") } == [true] + [Bool](repeating: false, count: patience))
        // What was counted before a stop counts on.
        #expect(try run("stopped", until: end - 1) == end - 1)
        #expect(try run("stopped", resumes: true, until: nil) == end)
        #expect(try looks("stopped") == whole)
    }

    @Test(arguments: [false, true]) func balancedChoosesByClassAndNotByObject(isBalanced: Bool) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        // One supernova is left beside two stars.
        let data = try set.changed("objects.csv", "mine/7,c,SN-Ia,val", "mine/7,c,SN-Ia,train")
        let recipe = try set.recipe {
            $0.replacing("dropout: 0.1", with: "dropout: 0.1\n  balanced: \(isBalanced)")
        }
        let run = try TrainingRun(recipe, data, set.options("run"))
        #expect(try run.run(shouldStop: { true }, { _ in }) == .interrupted(step: 0))
        let averages = try run.folder.checkpointed("averages")
        let scores = try run.evaluator(TrainingRun.network(averages)).scores(run.validation, run.labels)
        #expect(scores.loss != scores.balancedLoss)
        var extra: [JSONValue.Member] = []
        let (loss, criterion) = try run.validate(&extra)
        #expect(loss == (isBalanced ? scores.balancedLoss : scores.loss) && criterion == loss)
    }

    /// Numbers beyond all measure have no embedding; what an object shows beside still has an answer, which would hide it.
    @Test(arguments: [
        ("photometry_proj_pooled.bias", "light curves"), ("spectra_proj.bias", "spectra"),
        ("metadata_proj.bias", "rows of metadata"),
    ])
    func anEncoderThatHasLostItsNumbersEndsTheRun(tensor: String, words: String) throws {
        let set = try TinyDataSet(count: 144, spectra: true)
        defer { set.remove() }
        let recipe = try set.recipe(model: ["spectrum: {start: 4000, step: 10, points: 256}"]) {
            $0.replacing(", age]", with: "]") + "\nexamples:\n  hiddenFeatures: 0\n"
        }
        let first = set.options("clip", .pretraining)
        try set.train(recipe, first)
        let clip = RunFolder(first.folder)
        func refusal(_ name: String) throws -> String {
            let run = try TrainingRun(recipe, set.data, set.options(name, from: clip.path))
            var extra: [JSONValue.Member] = []
            return message { _ = try run.validate(&extra) }
        }
        #expect(try refusal("whole") == "")
        var weights = try RunFolder.weights(clip.best)
        let bias = try #require(weights[tensor])
        weights[tensor] = ShapedArray(shape: bias.shape, values: bias.values.map { _ in 1e30 })
        try clip.write(weights: weights, to: clip.best)
        let found = try refusal("lost")
        #expect(found.hasPrefix("the embeddings of "), "\(found)")
        #expect(found.contains(" validation \(words) is not a finite number at step 0"), "\(found)")
    }
}
