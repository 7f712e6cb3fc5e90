import AstroM3
import DataSets
import Foundation
import Testing

@testable import Training

/// `trifid calibrate` from trained models to the files that it writes.
@Suite struct RecalibrationRunTests {
    /// A model of all alerts, and those without fold 0 and 1.
    private func train(_ set: TinyDataSet) throws -> (all: String, folds: [String]) {
        let recipe = try set.recipe()
        let models = try [nil, 0, 1].map { fold in
            var options = TrainingRun.Options(
                phase: .finetuning,
                folder: "\(set.folder)/\(fold.map { "fold-\($0)" } ?? "all")",
                seed: 7,
                threads: 2
            )
            options.fold = fold
            guard
                case .done(let model, _) = try TrainingRun(recipe, set.data, options).run(
                    shouldStop: { false },
                    { _ in }
                )
            else { throw CocoaError(.userCancelled) }
            return model
        }
        return (models[0], Array(models[1...]))
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test func calibratingTwiceIsCalibratingOnce() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try train(set)
        func files() throws -> [Data] {
            try ["model.json", "card.md"].map { try Data(contentsOf: URL(filePath: "\(all)/\($0)")) }
        }
        let before = try files()
        let trained = try Model(folder: all).manifest.calibration
        let first = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        #expect(first.alerts == 24 && first.factor.isFinite && first.factor > 0)
        let once = try files()
        #expect(once[0] != before[0] && once[1] != before[1])
        let calibration = try Model(folder: all).manifest.calibration
        #expect(calibration.before?.temperatures == trained.temperatures)
        // Only what alerts show is moved: objects of which no packet tells keep their temperatures.
        let moved = calibration.temperatures.filter { trained.temperatures[$0.key] != $0.value }
        #expect(!moved.isEmpty && moved.keys.allSatisfy { $0.contains("photometry") && $0.hasSuffix("+context") })
        #expect(try Recalibration.run(model: all, folds: folds, set.data, threads: 1) == first)
        #expect(try files() == once)
    }

    /// A model that was trained otherwise says nothing of this one's answers.
    @Test func aFoldModelOfAnotherRecipeNetworkOrPartOfTheLabelsIsRefused() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try train(set)
        func refusal(_ name: String, labels: LabelShare? = nil, _ change: (String) -> String = { $0 }) throws -> String
        {
            var options = TrainingRun.Options(phase: .finetuning, folder: "\(set.folder)/\(name)", seed: 7, threads: 2)
            (options.fold, options.labels) = (1, labels)
            let run = try TrainingRun(set.recipe(change), set.data, options)
            guard case .done(let model, _) = try run.run(shouldStop: { false }, { _ in }) else {
                throw CocoaError(.userCancelled)
            }
            return message { _ = try Recalibration.run(model: all, folds: [folds[0], model], set.data, threads: 2) }
        }
        let other = try refusal("other") { $0.replacing("dropout: 0.1", with: "dropout: 0.2") }
        #expect(other.contains("other/model has another recipe in its card, and"), "\(other)")
        let deep = try refusal("deep") { $0.replacing("layers: 1", with: "layers: 2") }
        #expect(deep.contains("deep/model has layers: 2, and") && deep.contains("all/model 1: train both"), "\(deep)")
        let few = try refusal("few", labels: LabelShare(fraction: 0.5, draw: 2))
        #expect(few.contains("few/model has seen 50 % of the labels (draw 2), and"), "\(few)")
        // Comments change nothing.
        #expect(try refusal("same") { $0.replacing("dropout: 0.1", with: "dropout: 0.1  # little") } == "")
    }

    @Test func eachFoldIsAnsweredByTheModelThatHasNotSeenIt() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try train(set)
        let manifest = try Data(contentsOf: URL(filePath: "\(all)/model.json"))
        func refusal(_ folds: [String]) -> String {
            message { _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2) }
        }
        #expect(
            refusal(folds.reversed()).contains(
                "fold-1/model was trained without fold 1, and stands in the place of fold 0"
            )
        )
        #expect(
            refusal([folds[0], all]).contains("all/model was trained on all folds, and stands in the place of fold 1")
        )
        #expect(refusal([folds[0]]).contains("tiny has 2 folds and 1 models are named"))
        #expect(refusal([folds[0], set.folder + "/none"]).contains("none/model.json"))
        #expect(try Data(contentsOf: URL(filePath: "\(all)/model.json")) == manifest)
    }
}
