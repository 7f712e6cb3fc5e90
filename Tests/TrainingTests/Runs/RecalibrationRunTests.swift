import AstroM3
import DataSets
import Foundation
import Glibc
import Testing

@testable import Training

/// `trifid calibrate` from trained models to the files that it writes.
@Suite struct RecalibrationRunTests {
    @Test func calibratingTwiceIsCalibratingOnce() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        let before = try ModelFiles.read(all)
        let trained = try Model(folder: all).manifest.calibration
        let first = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        #expect(first.alerts == 24 && first.factor.isFinite && first.factor > 0)
        let once = try ModelFiles.read(all)
        #expect(once[0] != before[0] && once[1] != before[1])
        let calibration = try Model(folder: all).manifest.calibration
        #expect(calibration.before?.temperatures == trained.temperatures)
        // Only what alerts show is moved: objects of which no packet tells keep their temperatures.
        let moved = calibration.temperatures.filter { trained.temperatures[$0.key] != $0.value }
        #expect(!moved.isEmpty && moved.keys.allSatisfy { $0.contains("photometry") && $0.hasSuffix("+context") })
        #expect(try Recalibration.run(model: all, folds: folds, set.data, threads: 1) == first)
        #expect(try ModelFiles.read(all) == once)
    }

    /// Puts a pipe in a file's place. Who opens it waits until the body is done, and then reads what the file has.
    private func stop(at file: String, _ body: @escaping @Sendable () -> Void) throws {
        let contents = try Data(contentsOf: URL(filePath: file))
        try FileManager.default.removeItem(atPath: file)
        #expect(mkfifo(file, 0o600) == 0)
        Thread.detachNewThread {
            guard let pipe = FileHandle(forWritingAtPath: file) else { return }
            // Who opens it once more does not wait.
            try? FileManager.default.removeItem(atPath: file)
            try? contents.write(to: URL(filePath: file))
            body()
            try? pipe.write(contentsOf: contents)
            try? pipe.close()
        }
    }

    @Test func whatOthersSealWhileItComputesIsNotLost() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        let card = try ModelFiles.read(all)[1]
        let seal: @Sendable (Float) -> Void = { gate in
            try? ModelBuilder.edit(folder: all) { $0.decision.thresholds = [gate] }
        }
        func check(_ words: String, gate: Float) throws {
            #expect(words.hasSuffix("all/model/model.json: was changed meanwhile; run it again"), "\(words)")
            #expect(try Model(folder: all).manifest.decision.thresholds == [gate])
            #expect(try ModelFiles.read(all)[1] == card)
        }
        // The model has been read by then.
        try stop(at: folds[0] + "/model.json") { seal(0.98) }
        let recalibrated = message { _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2) }
        try check(recalibrated, gate: 0.98)
        let shares = try set.write("transient: 0.1\n", "shares.yaml")
        try stop(at: shares) { seal(0.99) }
        let corrected = message { _ = try ShareCorrection.run(model: all, .file(shares), set.data, threads: 2) }
        try check(corrected, gate: 0.99)
    }

    @Test func aModelThatCannotBeWrittenAndItsCardStay() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        let before = try ModelFiles.read(all)
        // A folder stands where the new file would be made.
        let inTheWay = all + "/model.json.new"
        try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: false)
        let words = message { _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2) }
        #expect(words.contains("model.json: cannot be written: Is a directory"), "\(words)")
        #expect(try ModelFiles.read(all) == before)
        #expect(!FileManager.default.fileExists(atPath: all + "/card.md.new"))
    }

    /// A model that was trained otherwise says nothing of this one's answers.
    @Test func aFoldModelOfAnotherRecipeNetworkOrPartOfTheLabelsIsRefused() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        func refusal(_ name: String, labels: LabelShare? = nil, _ change: (String) -> String = { $0 }) throws -> String
        {
            var options = set.options(name, fold: 1)
            options.labels = labels
            let model = try set.train(set.recipe(change), options)
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

    /// By the words that its card writes (`ModelCard`), whichever of the two it is.
    @Test func aModelFromAPreTrainingIsNotTrainedLikeOneWithout() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        let recipe = try set.recipe()
        let clip = set.options("clip", .pretraining)
        try set.train(recipe, clip)
        let tuned = try set.train(recipe, set.options("tuned", fold: 1, from: clip.folder))
        let one = message { _ = try Recalibration.run(model: all, folds: [folds[0], tuned], set.data, threads: 2) }
        #expect(one.contains("tuned/model has a pre-training, and"), "\(one)")
        #expect(one.contains("all/model no pre-training: train both"), "\(one)")
        let other = message { _ = try Recalibration.run(model: tuned, folds: folds, set.data, threads: 2) }
        #expect(other.contains("fold-0/model has no pre-training, and"), "\(other)")
        #expect(other.contains("tuned/model a pre-training: train both"), "\(other)")
    }

    @Test func eachFoldIsAnsweredByTheModelThatHasNotSeenIt() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
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
        // All of it but the number of folds is told without the data set too.
        try Recalibration.check(model: all, folds: folds)
        let wrong: [[String]] = [folds.reversed(), [folds[0], all], [folds[0], set.folder + "/none"]]
        for others in wrong {
            #expect(message { try Recalibration.check(model: all, folds: others) } == refusal(others))
        }
        #expect(try Data(contentsOf: URL(filePath: "\(all)/model.json")) == manifest)
    }
}
