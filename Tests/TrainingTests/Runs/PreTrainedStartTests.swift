import AstroM3
import Foundation
import Tensor
import Testing

@testable import Training

/// Which runs a fine-tuning may begin with, and that it does.
@Suite struct PreTrainedStartTests {
    @Test func fineTuningBeginsWithPreTrainedWeightsAndTheirScales() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        try set.train(recipe, set.options("clip", .pretraining))
        let run = try TrainingRun(recipe, set.data, set.options("tuned", from: "\(set.folder)/clip"))
        let folders = ["clip", "tuned"].map { RunFolder("\(set.folder)/\($0)") }
        #expect(try folders[0].manifest().photometry == folders[1].manifest().photometry)
        try run.runToEnd()
    }

    /// A rate of nothing leaves what a run begins with: all that the pre-training's best weights hold, but for a metadata encoder that
    /// saw other features (no age here).
    @Test func preTrainedWeightsArrive() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let still = try set.recipe { $0.replacing("rate: 2.0e-3", with: "rate: 0") }
        try set.train(still, set.options("clip", .pretraining))
        for from in ["\(set.folder)/clip", nil] {
            let second = set.options("tuned-\(from == nil)", from: from)
            try set.train(still, second)
            let begun = try RunFolder.weights(RunFolder("\(set.folder)/clip").best)
            let ended = try RunFolder.weights(RunFolder(second.folder).best)
            let same = begun.filter { name, weights in
                ended[name]?.values.map(\.bitPattern) == weights.values.map(\.bitPattern)
            }
            let moved = begun.keys.filter {
                $0.hasSuffix("weight") && same[$0] == nil && !$0.hasPrefix("fc") && !$0.hasPrefix("metadata_")
            }
            #expect(from == nil ? moved.count > 5 : moved.isEmpty, "\(moved.sorted())")
        }
    }

    /// The weights of a start that has seen what is tested would give it away.
    @Test func onlyAPreTrainingThatHasLeftOutTheSameFoldIsAStart() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        func train(_ name: String, _ phase: TrainingRun.Phase, fold: Int?) throws {
            try set.train(recipe, set.options(name, phase, fold: fold))
        }
        try train("clip", .pretraining, fold: nil)
        try train("clip-0", .pretraining, fold: 0)
        try train("tuned-1", .finetuning, fold: 1)
        func refusal(_ from: String, fold: Int?) -> String {
            let options = set.options("from-\(from)-\(fold ?? -1)", fold: fold, from: "\(set.folder)/\(from)")
            return message { _ = try TrainingRun(recipe, set.data, options) }
        }
        for fold in [nil, 0, 1] {
            #expect(refusal("clip", fold: fold) == "")
            #expect(refusal("tuned-1", fold: fold).contains("tuned-1 is a run of finetuning, which has seen labels"))
        }
        #expect(refusal("clip-0", fold: 0) == "")
        #expect(
            refusal("clip-0", fold: 1).contains(
                "clip-0 was pre-trained without fold 0, and this run keeps fold 1 apart, which that has seen"
            )
        )
        #expect(refusal("clip-0", fold: nil).contains("and this run keeps no fold apart: begin with a pre-training"))
        #expect(refusal("none", fold: nil).contains("none is no run that has weights: --from names the folder"))
        // Nothing was begun.
        #expect(!FileManager.default.fileExists(atPath: "\(set.folder)/from-tuned-1-0"))
    }

    @Test func anotherNetworkIsNoStartAndOtherFeaturesAreSaid() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        try set.train(recipe, set.options("clip", .pretraining))
        var second = set.options("wide", from: "\(set.folder)/clip")
        let wide = try set.recipe { $0.replacing("width: 32", with: "width: 64") }
        #expect(
            message { _ = try TrainingRun(wide, set.data, second) }
                .contains("has another network: model.width is 32 there and 64 in this recipe")
        )
        let coarse = try set.recipe(model: ["spectrum: {step: 5}"])
        #expect(
            message { _ = try TrainingRun(coarse, set.data, second) }.contains(
                "model.spectrum is 2575 points from 3850.0 by 2.0 there and 2575 points from 3850.0 by 5.0 in this recipe"
            )
        )
        // Pre-training does not see `age`, which derives from the light curve.
        second.folder = "\(set.folder)/more"
        #expect(
            try TrainingRun(recipe, set.data, second).remarks
                == ["the metadata encoder starts anew: \(set.folder)/clip saw 3 features, this run sees 4"]
        )
        second.folder = "\(set.folder)/none"
        second.from = set.folder
        #expect(message { _ = try TrainingRun(recipe, set.data, second) }.contains("is no run that has weights"))
    }
}
