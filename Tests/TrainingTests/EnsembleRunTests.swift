import AstroM3
import DataSets
import Foundation
import Tensor
import Testing

@testable import Training

/// A recipe of several networks: one model that answers by all of them, resumable wherever it was stopped.
@Suite struct EnsembleRunTests {
    private func options(_ set: TinyDataSet, _ name: String) -> TrainingRun.Options {
        TrainingRun.Options(phase: .finetuning, folder: "\(set.folder)/\(name)", seed: 7, threads: 2)
    }

    private func recipe(_ set: TinyDataSet, members: Int) throws -> Recipe {
        try set.recipe { $0.replacingOccurrences(of: "  layers: 1\n", with: "  layers: 1\n  members: \(members)\n") }
    }

    private func train(_ recipe: Recipe, _ set: TinyDataSet, _ name: String) throws -> String {
        let run = try EnsembleRun(recipe, set.data, options(set, name))
        guard case .done(let model, _) = try run.run(shouldStop: { false }, { _ in }) else {
            throw CocoaError(.userCancelled)
        }
        return model
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
        let card = try String(contentsOfFile: model + "/card.md", encoding: .utf8)
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
                return try EnsembleRun(recipe, set.data, options(set, name))
                    .run(shouldStop: { steps == stop }, { _ in steps += 1 })
            }
            guard case .interrupted = try stopped() else {
                Issue.record("not interrupted after \(stop)")
                continue
            }
            #expect(throws: RunFolder.Fault.self) { _ = try EnsembleRun(recipe, set.data, self.options(set, name)) }
            var resumed = options(set, name)
            resumed.resumes = true
            guard
                case .done(let model, _) = try EnsembleRun(recipe, set.data, resumed).run(
                    shouldStop: { false },
                    { _ in }
                )
            else {
                Issue.record("not done")
                continue
            }
            #expect(try weights(model) == whole, "stopped after \(stop) steps")
        }
    }

    @Test func progressSaysWhichNetwork() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        var seen: [[Int]] = []
        let run = try EnsembleRun(recipe(set, members: 2), set.data, options(set, "run"))
        _ = try run.run(shouldStop: { false }, { seen.append([$0.member.0, $0.member.1, $0.step]) })
        #expect(seen == (1...2).flatMap { member in (1...6).map { [member, 2, $0] } })
    }

    /// Members that see other inputs cannot be one model.
    @Test func aMemberOfOtherInputsIsRefused() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, members: 2)
        var first = options(set, "run/members/1")
        (first.member, first.keepsReferences, first.seed) = (1, false, 8)
        _ = try TrainingRun(recipe, set.data, first).run(shouldStop: { false }, { _ in })
        var resumed = options(set, "run")
        resumed.resumes = true
        let run = try EnsembleRun(recipe, set.data, resumed)
        var message = ""
        do { _ = try run.run(shouldStop: { false }, { _ in }) } catch { message = "\(error)" }
        #expect(message.contains("run/members/1 sees other inputs than"))
    }
}
