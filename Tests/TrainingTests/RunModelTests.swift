import AstroM3
import DataSets
import Foundation
import Testing

@testable import Training

/// What a fine-tuning leaves: a model, what novelty is measured by, and a card.
@Suite struct RunModelTests {
    private func options(_ set: TinyDataSet, _ phase: TrainingRun.Phase) -> TrainingRun.Options {
        TrainingRun.Options(phase: phase, folder: "\(set.folder)/\(phase.rawValue)", seed: 7, threads: 2)
    }

    private func train(_ data: DataSet, _ recipe: Recipe, _ options: TrainingRun.Options) throws -> String {
        guard
            case .done(let model, _) = try TrainingRun(recipe, data, options).run(shouldStop: { false }, { _ in })
        else { throw CocoaError(.userCancelled) }
        return model
    }

    /// A kill between the model and its card.
    @Test func aCardThatIsMissingIsWrittenByWhoeverGoesOn() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        var options = options(set, .finetuning)
        let model = try train(set.data, recipe, options)
        func files() throws -> [Data] {
            try ["model.json", "weights.safetensors", "references.safetensors", "card.md"].map {
                try Data(contentsOf: URL(filePath: "\(model)/\($0)"))
            }
        }
        let whole = try files()
        #expect(RunFolder(options.folder).isDone)
        try FileManager.default.removeItem(atPath: model + "/card.md")
        #expect(!RunFolder(options.folder).isDone)
        options.resumes = true
        #expect(try train(set.data, recipe, options) == model)
        #expect(try files() == whole)
    }

    @Test func aPreTrainingIsDoneWithoutACard() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let options = options(set, .pretraining)
        let model = try train(set.data, set.recipe(), options)
        #expect(RunFolder(options.folder).isDone && !FileManager.default.fileExists(atPath: model + "/card.md"))
    }

    /// An alert would be its own neighbour at no distance, or its object's.
    @Test func neitherALabelledAlertNorItsObjectIsAReference() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let data = try set.changed(
            "objects.csv",
            "mine/0,c,RRAB,train,,0,0,mine",
            "mine/0,c,RRAB,train,,0,1,mine"
        )
        #expect(data.objects.contains { $0.name.hasPrefix("alerts/") && $0.split == .train })
        let model = try train(data, set.recipe(), options(set, .finetuning))
        let names = try Model(folder: model).manifest.references.objects
        #expect(names.contains("mine/2") && names.contains("mine/1"))
        #expect(!names.contains { $0.hasPrefix("alerts/") } && !names.contains("mine/0"))
    }
}
