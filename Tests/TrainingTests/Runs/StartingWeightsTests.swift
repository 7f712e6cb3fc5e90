import DataSets
import Tensor
import Testing

@testable import Training

/// Which weights of a pre-training a run begins with, and which files it does not begin with.
@Suite struct StartingWeightsTests {
    private func pretrain(_ recipe: Recipe, _ set: TinyDataSet) throws -> RunFolder {
        let options = set.options("clip", .pretraining)
        try set.train(recipe, options)
        return RunFolder(options.folder)
    }

    /// The weights before the first step, those of the loss's scales among them, and what is said of them.
    private func begun(
        _ recipe: Recipe,
        _ data: DataSet,
        _ options: TrainingRun.Options
    ) throws -> (weights: [String: ShapedArray], remarks: [String]) {
        let run = try TrainingRun(recipe, data, options)
        #expect(try run.run(shouldStop: { true }, { _ in }) == .interrupted(step: 0))
        return (try RunFolder(options.folder).checkpointed("weights"), run.remarks)
    }

    /// Numbers that no seed gives, in the tensors whose names begin so.
    private func marked(_ weights: [String: ShapedArray], _ prefixes: [String]) -> [String: ShapedArray] {
        var marked = weights
        for (name, array) in weights where prefixes.contains(where: name.hasPrefix) {
            marked[name] = ShapedArray(shape: array.shape, values: array.values.map { _ in 0.75 })
        }
        return marked
    }

    /// With the features of the pre-training, every tensor has its place: one that is not there would start from a seed, unseen.
    @Test func weightsThatLackATensorOrHaveAnotherShapeAreNoStart() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe { $0.replacing(", age]", with: "]") }
        let clip = try pretrain(recipe, set)
        let whole = try RunFolder.weights(clip.best)
        let second = set.options("tuned", from: clip.path)
        func refusal(_ weights: [String: ShapedArray]) throws -> String {
            try clip.write(weights: weights, to: clip.best)
            return message { _ = try TrainingRun(recipe, set.data, second) }
        }
        for name in [
            "photometry_encoder.encoder.norm.bias", "photometry_proj_pooled.weight", "spectra_encoder.layers.3.weight",
            "spectra_proj.bias", "metadata_encoder.model.3.bias", "metadata_proj.weight", "fc.weight", "logit_scale_sm",
        ] {
            let shape = try #require(whole[name]).shape
            var damaged = whole
            damaged[name] = nil
            let words = "clip/best.safetensors does not hold the weights of its run: \(name) should be \(shape), and is"
            let (missing, found) = (try refusal(damaged), ShapedArray(shape: [2], values: [1, 1]))
            #expect(missing.contains(words + " missing; put back what"), "\(missing)")
            damaged[name] = found
            #expect(try refusal(damaged).contains(words + " [2]"), "\(name)")
        }
        // Far beyond the end of all weights.
        var damaged = whole
        damaged["logit_scale_mp"] = ShapedArray(shape: [1_000_000], values: [Float](repeating: 1, count: 1_000_000))
        #expect(try refusal(damaged).contains("logit_scale_mp should be [], and is [1000000]"))
        // Nothing was begun.
        #expect(!RunFolder(second.folder).isBegun)
        try clip.write(weights: whole, to: clip.best)
        let begun = try begun(recipe, set.data, second)
        #expect(begun.weights == whole && begun.remarks.isEmpty)
    }

    /// What sees the metadata, all of it: the layers behind a first one that starts anew would mean nothing to it.
    @Test(arguments: [false, true]) func whatSeesTheMetadataStartsAnewWhereTheFeaturesAreOthers(isOther: Bool) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        // Pre-training does not see `age`, which derives from the light curve.
        let recipe = try set.recipe(model: ["fusesInputs: true"]) {
            $0.replacing(", age]", with: isOther ? ", age]" : "]")
        }
        let clip = try pretrain(recipe, set)
        let start = marked(try RunFolder.weights(clip.best), ["metadata_", "fusion."])
        #expect(start.keys.count { $0.hasPrefix("fusion.") } == 6)
        try clip.write(weights: start, to: clip.best)
        let (weights, remarks) = try begun(recipe, set.data, set.options("tuned", from: clip.path))
        #expect(weights.count == start.count)
        for (name, array) in weights {
            let isAnew = isOther && (name.hasPrefix("metadata_") || name.hasPrefix("fusion."))
            #expect((array == start[name]) != isAnew, "\(name)")
        }
        let words =
            "the metadata encoder and what is fused start anew: \(clip.path) saw 3 features, this run sees 4"
        #expect(remarks == (isOther ? [words] : []))
    }

    /// Pre-training knows no classes: its head is a seed's, and need not even be there.
    @Test func theHeadStartsAnewWhereTheClassesAreOthers() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe { $0.replacing(", age]", with: "]") }
        let clip = try pretrain(recipe, set)
        let start = try RunFolder.weights(clip.best).filter { !$0.key.hasPrefix("fc.") }
        try clip.write(weights: start, to: clip.best)
        try set.write(set.text("classes.yaml") + "\n  AGN: {meaning: a}\n", "more.yaml")
        let more = try set.recipe {
            $0.replacing(", age]", with: "]").replacing("classes.yaml", with: "more.yaml")
        }
        let data = try set.changed("objects.csv", "mine/1,c,SN-Ia,train", "mine/1,c,AGN,train")
        let (weights, remarks) = try begun(more, data, set.options("tuned", from: clip.path))
        #expect(weights["fc.weight"]?.shape == [3, 16] && weights["fc.bias"]?.shape == [3])
        #expect(weights.filter { !$0.key.hasPrefix("fc.") } == start && remarks.isEmpty)
        // Of the same classes it must be there.
        #expect(
            message { _ = try TrainingRun(recipe, set.data, set.options("same", from: clip.path)) }.contains(
                "fc.weight should be [2, 16], and is missing"
            )
        )
    }

    /// With a pre-training an ensemble's networks differ by what they draw alone.
    @Test func membersBeginWithOneAndTheSamePreTraining() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe { $0.replacing(", age]", with: "]") }
        let clip = try pretrain(recipe, set)
        let start = try RunFolder.weights(clip.best)
        for from in [clip, nil] {
            let members = try [0, 1].map { member in
                var own = set.options("\(from == nil ? "seed" : "clip")-\(member)", from: from?.path)
                own.member = member
                return try begun(recipe, set.data, own).weights
            }
            #expect((members[0]["fc.weight"] == members[1]["fc.weight"]) == (from != nil))
            #expect(from == nil || members == [start, start])
        }
    }
}
