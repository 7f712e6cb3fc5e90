import AstroM3
import DataSets
import Foundation
import Tensor
import Testing

@testable import Training

/// A recipe of several networks: one model that answers by all of them, resumable wherever it was stopped.
@Suite struct EnsembleRunTests {
    private func recipe(_ set: TinyDataSet, members: Int) throws -> Recipe {
        try set.recipe(model: ["members: \(members)"])
    }

    @discardableResult
    private func train(_ recipe: Recipe, _ set: TinyDataSet, _ name: String) throws -> String {
        try EnsembleRun(recipe, set.data, set.options(name)).runToEnd()
    }

    private func weights(_ model: String) throws -> Data {
        try Data(contentsOf: URL(filePath: model + "/weights.safetensors"))
    }

    @Test func theModelHasAllNetworksAndTheFirstIsTheOneOfItsSeed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let single = try train(recipe(set, members: 1), set, "single")
        let model = try train(recipe(set, members: 3), set, "three")
        #expect(try Model(folder: model).manifest.architecture.members == 3)
        let one = try SafeTensors(weights(single))
        let all = try SafeTensors(weights(model))
        #expect(all.names.count == 3 * one.names.count)
        for name in one.names {
            let first = try #require(all.read(name))
            #expect(first == one.read(name), "\(name)")
            #expect(
                all.shape(of: "member.1.\(name)") == first.shape && all.shape(of: "member.2.\(name)") == first.shape
            )
        }
        let heads = ["", "member.1.", "member.2."].map { all.read($0 + "fc.weight")?.values ?? [] }
        #expect(heads[0] != heads[1] && heads[1] != heads[2])
        let card = try set.text("three/model/card.md")
        #expect(card.contains("3 networks from as many seeds"))
    }

    @Test func aRunThatIsStoppedAnywhereMakesTheSameModel() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, members: 2)
        let whole = try weights(train(recipe, set, "whole"))
        for stop in [0, 1, 5, 6, 7, 11] {
            let name = "stopped-\(stop)"
            func stopped() throws -> TrainingRun.Outcome {
                var steps = 0
                return try EnsembleRun(recipe, set.data, set.options(name))
                    .run(shouldStop: { steps == stop }, { _ in steps += 1 })
            }
            guard case .interrupted = try stopped() else {
                Issue.record("not interrupted after \(stop)")
                continue
            }
            #expect(throws: RunFolder.Fault.self) { _ = try EnsembleRun(recipe, set.data, set.options(name)) }
            var resumed = set.options(name)
            resumed.resumes = true
            let model = try EnsembleRun(recipe, set.data, resumed).runToEnd()
            #expect(try weights(model) == whole, "stopped after \(stop) steps")
        }
    }

    @Test func progressSaysWhichNetwork() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        var seen: [[Int]] = []
        let run = try EnsembleRun(recipe(set, members: 2), set.data, set.options("run"))
        _ = try run.run(shouldStop: { false }, { seen.append([$0.member.0, $0.member.1, $0.step]) })
        #expect(seen == (1...2).flatMap { member in (1...6).map { [member, 2, $0] } })
    }

    /// An ensemble whose last members are done, as a kill leaves it before the next begins.
    private func stopped(_ set: TinyDataSet, _ name: String, members: Int, steps: Int) throws {
        var count = 0
        _ = try EnsembleRun(recipe(set, members: members), set.data, set.options(name))
            .run(shouldStop: { count == steps }, { _ in count += 1 })
        let begun = members - 1 - steps / 6
        let path = begun == 0 ? "\(set.folder)/\(name)/run.json" : "\(set.folder)/\(name)/members/\(begun)"
        try FileManager.default.removeItem(atPath: path)
    }

    /// Networks of two recipes, parts of the labels or folds are no model.
    @Test func membersOfAnotherRunAreRefusedBeforeTheFirstStep() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, members: 2)
        try stopped(set, "run", members: 2, steps: 6)
        var resumed = set.options("run")
        resumed.resumes = true
        func refusal(_ recipe: Recipe, _ change: (inout TrainingRun.Options) -> Void = { _ in }) -> String {
            var options = resumed
            change(&options)
            return message { _ = try EnsembleRun(recipe, set.data, options) }
        }
        let other = try set.recipe(model: ["members: 2"]) { $0.replacing("dropout: 0.1", with: "dropout: 0.2") }
        #expect(refusal(other).contains("run/members/1 is a run of another recipe than its ensemble"))
        #expect(
            refusal(recipe) { $0.labels = LabelShare(fraction: 0.5, draw: 1) }.contains("another part of the labels")
        )
        #expect(refusal(recipe) { $0.fold = 1 }.contains("another fold (none)"))
        #expect(refusal(recipe) { $0.seed = 8 }.contains("another seed (7)"))
        // Nor is one that is damaged, or has another network's weights.
        let files = FileManager.default
        let member = "\(set.folder)/run/members/1"
        let (json, best) = (try Data(contentsOf: URL(filePath: member + "/run.json")), member + "/best.safetensors")
        try json.dropLast(20).write(to: URL(filePath: member + "/run.json"))
        #expect(refusal(recipe).contains("members/1/run.json cannot be read"))
        try json.write(to: URL(filePath: member + "/run.json"))
        try train(self.recipe(set, members: 1), set, "single")
        try files.moveItem(atPath: best, toPath: best + ".own")
        try files.copyItem(atPath: "\(set.folder)/single/best.safetensors", toPath: best)
        #expect(refusal(recipe).contains("best.safetensors are not the weights that"))
        try files.removeItem(atPath: best)
        try files.moveItem(atPath: best + ".own", toPath: best)
        try EnsembleRun(recipe, set.data, resumed).runToEnd()
    }

    /// At the end too, when somebody has changed a member since the beginning.
    @Test func whatHasChangedSinceTheBeginningIsRefusedAtTheEnd() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, members: 2)
        try stopped(set, "run", members: 2, steps: 6)
        var resumed = set.options("run")
        resumed.resumes = true
        let member = RunFolder("\(set.folder)/run/members/1")
        let (description, manifest) = (try member.description(), try member.manifest())
        let run = try EnsembleRun(recipe, set.data, resumed)
        var changed = description
        changed.labels = LabelShare(fraction: 0.5, draw: 1)
        try member.write(member.encode(changed), "run.json")
        #expect(message { try run.runToEnd() }.contains("members/1 is a run of another part of the labels"))
        try member.write(member.encode(description), "run.json")
        var other = manifest
        other.photometry.mean[0] += 1
        try member.write(member.encode(other), "manifest.json")
        #expect(message { try run.runToEnd() }.contains("run/members/1 sees other inputs than"))
    }

    @Test func aFolderThatHoldsAnotherRunIsRefusedBeforeTheFirstMember() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        try train(recipe(set, members: 1), set, "run")
        let three = try recipe(set, members: 3)
        var resumed = set.options("run")
        #expect(message { _ = try EnsembleRun(three, set.data, resumed) }.contains("run holds a run already: --resume"))
        resumed.resumes = true
        #expect(message { _ = try EnsembleRun(three, set.data, resumed) }.contains("run is a run of another recipe"))
        #expect(!FileManager.default.fileExists(atPath: "\(set.folder)/run/members"))
    }

    @Test func aStoppedEnsembleNeedsToBeAskedToGoOn() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        try stopped(set, "run", members: 3, steps: 6)
        let three = try recipe(set, members: 3)
        #expect(
            message { _ = try EnsembleRun(three, set.data, set.options("run")) }.contains(
                "run holds a run already: --resume"
            )
        )
    }

    @Test func nobodyElseTrainsInTheFolderMeanwhile() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let (one, two) = (try recipe(set, members: 1), try recipe(set, members: 2))
        let run = try EnsembleRun(two, set.data, set.options("run"))
        #expect(
            message { _ = try TrainingRun(one, set.data, set.options("run")) }.contains("another process trains in")
        )
        try run.runToEnd()
    }
}
