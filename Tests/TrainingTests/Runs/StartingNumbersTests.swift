import Tensor
import Testing

@testable import Training

/// Weights that are no numbers give no loss that is one: a run that began with them could not go on, nor begin anew in its folder.
@Suite struct StartingNumbersTests {
    @Test(arguments: [Float.nan, .infinity, -.infinity]) func whatIsNoNumberIsNoStart(value: Float) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe { $0.replacing(", age]", with: "]") }
        let first = set.options("clip", .pretraining)
        try set.train(recipe, first)
        let clip = RunFolder(first.folder)
        let whole = try RunFolder.weights(clip.best)
        let second = set.options("tuned", from: clip.path)
        for name in ["photometry_proj_pooled.weight", "metadata_encoder.model.3.bias", "logit_scale_sm"] {
            var damaged = whole
            let array = try #require(whole[name])
            var values = array.values
            values[values.count - 1] = value
            damaged[name] = ShapedArray(shape: array.shape, values: values)
            try clip.write(weights: damaged, to: clip.best)
            let words = message { _ = try TrainingRun(recipe, set.data, second) }
            #expect(
                words
                    == "\(clip.best) holds weights that are no start: \(name) is \(value) in place \(values.count) of "
                    + "\(values.count), and a finite number should stand there; put back what the pre-training has written, or "
                    + "pre-train anew"
            )
        }
        #expect(!RunFolder(second.folder).isBegun)
        // With what was there before, the same folder is begun.
        try clip.write(weights: whole, to: clip.best)
        try set.train(recipe, second)
    }
}
