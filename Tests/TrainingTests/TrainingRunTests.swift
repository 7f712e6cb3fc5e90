import AstroM3
import Foundation
import Ground
import Tensor
import Testing

@testable import Training

@Suite struct TrainingRunTests {
    private func options(_ set: TinyDataSet, _ name: String, _ phase: TrainingRun.Phase) -> TrainingRun.Options {
        TrainingRun.Options(phase: phase, folder: "\(set.folder)/\(name)", seed: 7, threads: 2)
    }

    private func weights(_ set: TinyDataSet, _ name: String) throws -> [String: [UInt32]] {
        try RunFolder.weights("\(set.folder)/\(name)/checkpoint.safetensors").mapValues { $0.values.map(\.bitPattern) }
    }

    @Test(arguments: [TrainingRun.Phase.pretraining, .finetuning])
    func aRunThatIsStoppedAnywhereEndsWithTheSameBits(_ phase: TrainingRun.Phase) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        let whole = try TrainingRun(recipe, set.data, options(set, "whole", phase))
        guard case .done(let model, let best) = try whole.run(shouldStop: { false }, { _ in }) else {
            Issue.record("not done")
            return
        }
        let made = try Model(folder: model)
        #expect(best.isFinite && made.manifest.training == .trained)
        let expected = try weights(set, "whole")
        for stop in 0..<6 {
            let name = "stopped-\(stop)"
            let first = try TrainingRun(recipe, set.data, options(set, name, phase))
            var steps = 0
            let outcome = try first.run(shouldStop: { steps == stop }, { _ in steps += 1 })
            #expect(outcome == .interrupted(step: stop))
            var options = options(set, name, phase)
            options.resumes = true
            let second = try TrainingRun(recipe, set.data, options)
            guard case .done = try second.run(shouldStop: { false }, { _ in }) else {
                Issue.record("not done")
                continue
            }
            let found = try weights(set, name)
            #expect(found == expected, "stopped after \(stop) steps")
            let logs = try ["whole", name].map { name in
                try String(contentsOfFile: "\(set.folder)/\(name)/log.jsonl", encoding: .utf8).split(separator: "\n")
                    .map {
                        String($0).components(separatedBy: ",\"seconds\"")[0]
                    }
            }
            #expect(logs[0] == logs[1] && logs[0].count == 3)
        }
    }

    @Test func fineTuningBeginsWithPreTrainedWeightsAndTheirScales() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, options(set, "clip", .pretraining)).run(shouldStop: { false }, { _ in })
        var second = options(set, "tuned", .finetuning)
        second.from = "\(set.folder)/clip"
        let run = try TrainingRun(recipe, set.data, second)
        let folders = ["clip", "tuned"].map { RunFolder("\(set.folder)/\($0)") }
        #expect(try folders[0].manifest().photometry == folders[1].manifest().photometry)
        guard case .done = try run.run(shouldStop: { false }, { _ in }) else {
            Issue.record("not done")
            return
        }
    }

    @Test func aFolderIsNeitherOverwrittenNorGoneOnWithByAnotherRecipe() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, options(set, "one", .finetuning))
        func message(_ recipe: Recipe, _ options: TrainingRun.Options) -> String {
            do {
                _ = try TrainingRun(recipe, set.data, options)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message(recipe, options(set, "one", .finetuning)).contains("holds a run already: --resume goes on"))
        var resumed = options(set, "one", .finetuning)
        resumed.resumes = true
        #expect(message(recipe, resumed) == "")
        resumed.threads = 1
        #expect(message(recipe, resumed).contains("a run of another number of threads (2)"))
        resumed.threads = 2
        resumed.seed = 8
        #expect(message(recipe, resumed).contains("another seed (7)"))
        resumed.seed = 7
        let other = try set.recipe { $0.replacingOccurrences(of: "dropout: 0.1", with: "dropout: 0.2") }
        #expect(message(other, resumed).contains("another recipe"))
    }

    @Test func aNodeThatTheTaxonomyDoesNotHaveIsNamed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let taxonomy = "\(set.folder)/taxonomy.yaml"
        try "nodes:\n  RRAB: {meaning: a}\n  AGN: {meaning: b}\n".write(
            toFile: taxonomy,
            atomically: true,
            encoding: .utf8
        )
        let recipe = try set.recipe {
            $0.split(separator: "\n").map { $0.hasPrefix("taxonomy") ? "taxonomy: \(taxonomy)" : String($0) }
                .joined(separator: "\n")
        }
        #expect(
            throws: RunFolder.Fault(
                description:
                    "the taxonomy has no node 'SN-Ia', which objects.csv gives 'mine/1': correct the one or the other"
            )
        ) {
            _ = try TrainingRun(recipe, set.data, options(set, "x", .finetuning))
        }
    }
}
