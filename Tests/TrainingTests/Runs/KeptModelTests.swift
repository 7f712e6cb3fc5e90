import AstroM3
import Foundation
import Testing

@testable import Training

/// A card is a page beside a model: where it is missing it is written again, and the model stays what calibrations have made of it.
@Suite struct KeptModelTests {
    private static let names = ["model.json", "weights.safetensors", "references.safetensors"]

    private func removeCard(_ model: String) throws { try FileManager.default.removeItem(atPath: model + "/card.md") }

    private func card(_ model: String) throws -> String {
        String(decoding: try ModelFiles.read(model, ["card.md"])[0], as: UTF8.self)
    }

    private func resumed(_ set: TinyDataSet, _ name: String) -> TrainingRun.Options {
        var options = set.options(name)
        options.resumes = true
        return options
    }

    @Test func whatHasCalibratedAModelStaysWhereItsCardIsWrittenAgain() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let recipe = try set.recipe()
        let (all, folds) = try set.trainAllAndFolds(recipe)
        let trained = try card(all)
        _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        let shares = try set.write("transient: 0.1\n", "shares.yaml")
        _ = try ShareCorrection.run(model: all, .file(shares), set.data, threads: 2)
        let (model, told) = (try ModelFiles.read(all, Self.names), try card(all))
        try removeCard(all)
        #expect(try set.train(recipe, resumed(set, "all")) == all)
        #expect(try ModelFiles.read(all, Self.names) == model)
        // What the model knows is told as before, figures and all.
        let again = try card(all)
        let manifest = try Model(folder: all).manifest
        for sentence in [
            ModelCard.gates(manifest.decision, manifest.taxonomy),
            ModelCard.shares(try #require(manifest.calibration.shares), manifest.taxonomy),
        ] { #expect(told.contains(sentence) && again.contains(sentence), "\(sentence)") }
        func figures(_ card: String) -> [Substring] { card.split(separator: "\n").filter { $0.hasPrefix("| ") } }
        #expect(figures(again) == figures(trained))
        #expect(again.contains("(`trifid calibrate`): temperatures of what alerts show were multiplied by "))
        // Alerts take the place of what tells that they are not known.
        #expect(try ShareCorrection.remove(model: all))
        _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        let after = try card(all)
        #expect(after.contains(" labelled alerts, each answered by a model") && !after.contains("Labelled alerts have"))
        #expect(after.components(separatedBy: "## On real alerts").count == 2)
    }

    /// By what the model itself keeps, where the run has been cleared of the weights and of the checkpoint.
    @Test func aCardIsWrittenWithoutTheBestWeightsToo() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        let model = try set.train(recipe, set.options("run"))
        let before = try ModelFiles.read(model, Self.names)
        try RunFolder("\(set.folder)/run").removeWhatIsNotNeeded(keepsBest: false)
        try removeCard(model)
        let run = try TrainingRun(recipe, set.data, resumed(set, "run"))
        var steps = 0
        guard case .done = try run.run(shouldStop: { false }, { _ in steps += 1 }) else {
            Issue.record("not done")
            return
        }
        #expect(try steps == 0 && ModelFiles.read(model, Self.names) == before)
        #expect(try card(model).contains(" threads, 6 steps."))
    }

    /// Its other networks' models are gone once the model of all is there.
    @Test func anEnsembleThatIsDoneTrainsNothingForItsCard() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe(model: ["members: 2"])
        let model = try EnsembleRun(recipe, set.data, set.options("run")).runToEnd()
        let before = try ModelFiles.read(model, Self.names)
        try RunFolder("\(set.folder)/run").removeWhatIsNotNeeded(keepsBest: false)
        try removeCard(model)
        let run = try EnsembleRun(recipe, set.data, resumed(set, "run"))
        var steps = 0
        _ = try run.run(shouldStop: { false }, { _ in steps += 1 })
        #expect(try steps == 0 && ModelFiles.read(model, Self.names) == before)
        #expect(try card(model).contains("2 networks from as many seeds"))
    }
}
