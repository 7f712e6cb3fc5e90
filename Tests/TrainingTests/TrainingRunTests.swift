import AstroM3
import DataSets
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

    /// The best of all looks by a run's log, which has marked it.
    private func best(_ set: TinyDataSet, _ name: String, _ phase: TrainingRun.Phase) throws -> TrainingRun.Best? {
        struct Look: Decodable {
            var validation: Double
            var best: Bool
            var meanReciprocalRank: Double?
        }
        let looks = try String(contentsOfFile: "\(set.folder)/\(name)/log.jsonl", encoding: .utf8).split(
            separator: "\n"
        )
        .map { try JSONDecoder().decode(Look.self, from: Data($0.utf8)) }
        let ranks = looks.compactMap(\.meanReciprocalRank)
        #expect(ranks.count == (phase == .pretraining ? looks.count : 0))
        guard let marked = looks.last(where: \.best) else { return nil }
        switch phase {
        case .pretraining:
            #expect(marked.meanReciprocalRank == ranks.max())
            return ranks.max().map { .meanReciprocalRank(1 - (1 - $0)) }
        case .finetuning:
            #expect(marked.validation == looks.map(\.validation).min())
            return .validationLoss(marked.validation)
        }
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
        // A head that was never trained may not decide.
        #expect(made.manifest.training == (phase == .finetuning ? .trained : .untrained))
        #expect(try best == self.best(set, "whole", phase))
        let expected = try weights(set, "whole")
        for stop in 0..<6 {
            let name = "stopped-\(stop)"
            // The folder is free again when the run is gone.
            func stopped() throws -> TrainingRun.Outcome {
                var steps = 0
                return try TrainingRun(recipe, set.data, self.options(set, name, phase))
                    .run(shouldStop: { steps == stop }, { _ in steps += 1 })
            }
            #expect(try stopped() == .interrupted(step: stop))
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

    /// A rate of nothing leaves what a run begins with: all that the pre-training's best weights hold, but for a metadata encoder that
    /// saw other features (no age here).
    @Test func preTrainedWeightsArrive() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let still = try set.recipe { $0.replacingOccurrences(of: "rate: 2.0e-3", with: "rate: 0") }
        _ = try TrainingRun(still, set.data, options(set, "clip", .pretraining)).run(shouldStop: { false }, { _ in })
        for from in ["\(set.folder)/clip", nil] {
            var second = options(set, "tuned-\(from == nil)", .finetuning)
            second.from = from
            _ = try TrainingRun(still, set.data, second).run(shouldStop: { false }, { _ in })
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
            var options = options(set, name, phase)
            options.fold = fold
            _ = try TrainingRun(recipe, set.data, options).run(shouldStop: { false }, { _ in })
        }
        try train("clip", .pretraining, fold: nil)
        try train("clip-0", .pretraining, fold: 0)
        try train("tuned-1", .finetuning, fold: 1)
        func refusal(_ from: String, fold: Int?) -> String {
            var options = options(set, "from-\(from)-\(fold ?? -1)", .finetuning)
            (options.fold, options.from) = (fold, "\(set.folder)/\(from)")
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

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test func aFolderIsForOneProcessAndAFoldMustBeThere() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        let one = try TrainingRun(recipe, set.data, options(set, "one", .finetuning))
        var second = options(set, "one", .finetuning)
        second.resumes = true
        #expect(message { _ = try TrainingRun(recipe, set.data, second) }.contains("another process trains in"))
        withExtendedLifetime(one) {}
        second.fold = 9
        #expect(message { _ = try TrainingRun(recipe, set.data, second) } == "tiny has no fold 9")
    }

    @Test func aRunIsNotGoneOnWithWhereItsDataOrTaxonomyHaveChanged() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, options(set, "one", .finetuning))
        var resumed = options(set, "one", .finetuning)
        resumed.resumes = true
        let path = set.folder + "/photometry.csv"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: ",0\n", with: ",0 \n").replacingOccurrences(of: ",0 \n", with: ",0\n")
            .replacingOccurrences(of: "mine/0,60000", with: "mine/0,59999").write(
                toFile: path,
                atomically: true,
                encoding: .utf8
            )
        let changed = try DataSet(folder: set.folder)
        #expect(
            message { _ = try TrainingRun(recipe, changed, resumed) }.contains(
                "a run of another state of the data set tiny"
            )
        )
        #expect(message { _ = try TrainingRun(recipe, set.data, resumed) } == "")
    }

    @Test func aModelThatCannotBeReadIsMadeAgain() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, options(set, "one", .finetuning)).run(shouldStop: { false }, { _ in })
        let path = "\(set.folder)/one/model/weights.safetensors"
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.dropLast(9).write(to: URL(filePath: path))
        var resumed = options(set, "one", .finetuning)
        resumed.resumes = true
        _ = try TrainingRun(recipe, set.data, resumed).run(shouldStop: { false }, { _ in })
        #expect(try Data(contentsOf: URL(filePath: path)) == whole)
        #expect(FileManager.default.fileExists(atPath: "\(set.folder)/one/model/card.md"))
    }

    /// What is tested is neither trained on nor chosen by.
    @Test func inASetOfFoldsAnotherFoldChoosesTheWeights() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let recipe = try set.recipe()
        let labels = TrainingLabels(try TaxonomyFile.read(recipe.taxonomy).taxonomy)
        let objects = try ObjectData(set.data)
        for fold in [nil, 0, 1, 3] {
            let pools = [DataSetObject.Split.train, .val].map {
                ExamplePool(objects, labels: labels, recipe.examples, .finetuning, split: $0, fold: fold)
            }
            let folds = pools.map { Set($0.objects.map { set.data.objects[$0].fold ?? -1 }) }
            #expect(folds[1] == [((fold ?? -1) + 1) % 4])
            #expect(folds[0] == Set(0..<4).subtracting(folds[1]).subtracting(fold.map { [$0] } ?? []))
        }
    }

    /// From the recipe's keys to a model that runs, and no start for a run of another layout.
    @Test func aRecipeSaysTheLayoutOfTheModel() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let keys = [("heads", "2"), ("tokens", "perceptron"), ("norm", "before"), ("positions", "none")]
        func recipe(_ keys: [(String, String)]) throws -> Recipe {
            let lines = keys.map { "  \($0): \($1)\n" }.joined()
            return try set.recipe { $0.replacingOccurrences(of: "  layers: 1\n", with: "  layers: 1\n\(lines)") }
        }
        let run = try TrainingRun(recipe(keys), set.data, options(set, "clip", .pretraining))
        guard case .done(let folder, _) = try run.run(shouldStop: { false }, { _ in }) else {
            Issue.record("not done")
            return
        }
        let model = try Model(folder: folder).manifest
        #expect(model.architecture.heads == 2 && model.architecture.modelWidth == 32)
        #expect(model.architecture.tokens == .perceptron && model.architecture.norm == .before)
        #expect(model.photometry.positionalEncoding == .none)
        var second = options(set, "tuned", .finetuning)
        second.from = "\(set.folder)/clip"
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
        guard
            case .done = try TrainingRun(recipe(keys), set.data, second).run(shouldStop: { false }, { _ in })
        else {
            Issue.record("not done")
            return
        }
    }

    @Test func aRecipeSaysHowManyObjectsOfANodeTheModelKeeps() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe { $0.replacing("  layers: 1\n", with: "  layers: 1\n  references: 3\n") }
        guard
            case .done(let folder, _) = try TrainingRun(recipe, set.data, options(set, "run", .finetuning))
                .run(shouldStop: { false }, { _ in })
        else {
            Issue.record("not done")
            return
        }
        let labels = try Model(folder: folder).manifest.references.labels
        #expect(labels.count { $0 == "RRAB" } == 3 && labels.count { $0 == "SN-Ia" } == 3 && labels.count == 6)
    }

    @Test func anotherNetworkIsNoStartAndOtherFeaturesAreSaid() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try set.recipe()
        _ = try TrainingRun(recipe, set.data, options(set, "clip", .pretraining)).run(shouldStop: { false }, { _ in })
        var second = options(set, "wide", .finetuning)
        second.from = "\(set.folder)/clip"
        let wide = try set.recipe { $0.replacingOccurrences(of: "width: 32", with: "width: 64") }
        #expect(
            message { _ = try TrainingRun(wide, set.data, second) }
                .contains("has another network: model.width is 32 there and 64 in this recipe")
        )
        let coarse = try set.recipe {
            $0.replacingOccurrences(of: "layers: 1", with: "layers: 1\n  spectrum: {step: 5}")
        }
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

    @Test func noStepDrawsWhatAnotherHasDrawn() {
        var drawn: Set<UInt64> = []
        for step in 0..<200 {
            var generator = SplitMix64(seed: SplitMix64.number(1, "batches", step))
            for _ in 0..<50 { drawn.insert(generator.next()) }
        }
        #expect(drawn.count == 200 * 50)
    }
}
