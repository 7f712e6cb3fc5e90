import AstroM3
import DataSets
import Foundation
import Testing

@testable import Training

/// What a run leaves: a model as its recipe says, what novelty is measured by, and a card.
@Suite struct RunModelTests {
    /// A kill between the model and its card.
    @Test func aCardThatIsMissingIsWrittenByWhoeverGoesOn() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        var options = set.options("run")
        let model = try set.train(recipe, options)
        func files() throws -> [Data] {
            try ModelFiles.read(model, ["model.json", "weights.safetensors", "references.safetensors", "card.md"])
        }
        let whole = try files()
        #expect(RunFolder(options.folder).isDone)
        try FileManager.default.removeItem(atPath: model + "/card.md")
        #expect(!RunFolder(options.folder).isDone)
        options.resumes = true
        #expect(try set.train(recipe, options) == model)
        #expect(try files() == whole)
    }

    @Test func aPreTrainingIsDoneWithoutACard() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let options = set.options("run", .pretraining)
        let model = try set.train(set.recipe(), options)
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
        let model = try TrainingRun(set.recipe(), data, set.options("run")).runToEnd()
        let names = try Model(folder: model).manifest.references.objects
        #expect(names.contains("mine/2") && names.contains("mine/1"))
        #expect(!names.contains { $0.hasPrefix("alerts/") } && !names.contains("mine/0"))
    }

    /// From the recipe's keys to a model that runs, and no start for a run of another layout.
    @Test func aRecipeSaysTheLayoutOfTheModel() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let keys = [("heads", "2"), ("tokens", "perceptron"), ("norm", "before"), ("positions", "none")]
        func recipe(_ keys: [(String, String)]) throws -> Recipe {
            try set.recipe(model: keys.map { "\($0): \($1)" })
        }
        let clip = try set.train(recipe(keys), set.options("clip", .pretraining))
        let model = try Model(folder: clip).manifest
        #expect(model.architecture.heads == 2 && model.architecture.modelWidth == 32)
        #expect(model.architecture.tokens == .perceptron && model.architecture.norm == .before)
        #expect(model.photometry.positionalEncoding == .none)
        let second = set.options("tuned", from: "\(set.folder)/clip")
        let first = ["1", "convolution", "after", "sinusoid-by-index"]
        for (place, (key, value)) in keys.enumerated() {
            var others = keys
            others.remove(at: place)
            let other = try recipe(others)
            #expect(
                message { _ = try TrainingRun(other, set.data, second) }.contains(
                    "has another network: model.\(key) is \(value) there and \(first[place]) in this recipe"
                )
            )
        }
        try set.train(recipe(keys), second)
    }

    @Test func aRecipeSaysHowManyObjectsOfANodeTheModelKeeps() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let model = try set.train(set.recipe(model: ["references: 3"]), set.options("run"))
        let labels = try Model(folder: model).manifest.references.labels
        #expect(labels.count { $0 == "RRAB" } == 3 && labels.count { $0 == "SN-Ia" } == 3 && labels.count == 6)
    }
}
