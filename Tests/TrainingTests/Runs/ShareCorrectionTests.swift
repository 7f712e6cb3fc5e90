import AstroM3
import DataSets
import Foundation
import Testing

@testable import Training

/// `trifid calibrate --shares` from a trained model to the files that it writes.
@Suite struct ShareCorrectionTests {
    private func leaves(_ model: String, _ data: DataSet, fold: Int? = nil) throws -> [[Float]] {
        try Evaluation(Model(folder: model), data, split: .test, fold: fold).scores(threads: 2).answers.map(\.leaves)
    }

    @Test(arguments: [false, true]) func probabilitiesGoByTheSharesAndBack(inFolds: Bool) throws {
        let set = try TinyDataSet(inFolds: inFolds, count: 72)
        defer { set.remove() }
        let fold = inFolds ? 1 : nil
        let model = try set.train(set.recipe(), set.options("run", fold: fold))
        let (trained, before) = (try ModelFiles.read(model), try leaves(model, set.data, fold: fold))
        let shares = try set.write("transient: 0.1\n", "shares.yaml")
        let outcome = try ShareCorrection.run(model: model, .file(shares), set.data, threads: 2)
        #expect(abs(outcome.shares.calibrated.values.reduce(0, +) - 1) < 1e-5 && outcome.objects > 2)
        #expect(
            outcome.shares.expected["SN-Ia"] == 0.1 && abs((outcome.shares.expected["RRAB"] ?? 0) - 0.9) < 1e-12
        )
        let manifest = try Model(folder: model).manifest
        let factors = manifest.taxonomy.classes.map {
            (outcome.shares.expected[$0] ?? 0) / (outcome.shares.calibrated[$0] ?? 1)
        }
        for (old, new) in zip(before, try leaves(model, set.data, fold: fold)) {
            let products = zip(old, factors).map { Double($0) * $1 }
            let sum = products.reduce(0, +)
            for (value, product) in zip(new, products) { #expect(abs(Double(value) - product / sum) < 1e-5) }
        }
        let card = String(decoding: try ModelFiles.read(model)[1], as: UTF8.self)
        #expect(card.contains("with these shares of the classes in per cent (`trifid calibrate --shares`): "))
        #expect(card.contains("SN-Ia 10, RRAB 90.") || card.contains("RRAB 90, SN-Ia 10."))
        // Again, and by other shares, it begins where it began.
        let once = try ModelFiles.read(model)
        #expect(try ShareCorrection.run(model: model, .equal, set.data, threads: 1).shares.expected["RRAB"] == 0.5)
        _ = try ShareCorrection.run(model: model, .file(shares), set.data, threads: 1)
        #expect(try ModelFiles.read(model) == once)
        #expect(try ShareCorrection.remove(model: model) && ModelFiles.read(model) == trained)
        #expect(try !ShareCorrection.remove(model: model) && ModelFiles.read(model) == trained)
    }

    /// A gate that was fitted to alerts at one set of shares says nothing at another.
    @Test func alertsCalibrateAModelWithoutOtherShares() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let (all, folds) = try set.trainAllAndFolds(set.recipe())
        _ = try ShareCorrection.run(model: all, .equal, set.data, threads: 2)
        let error = #expect(throws: RunFolder.Fault.self) {
            try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        }
        #expect(error?.description.contains("take them out first") == true)
        #expect(try ShareCorrection.remove(model: all))
        let calibrated = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        // Gates by alerts stay where they are, or rise; what is told of a stream that is like the alerts changes nothing for them.
        let alerts = try #require(try Model(folder: all).manifest.calibration.alertShares)
        let shares = try set.write("transient: \(alerts["SN-Ia"] ?? 0)\n", "shares.yaml")
        let outcome = try ShareCorrection.run(model: all, .file(shares), set.data, threads: 2)
        let calibration = try Model(folder: all).manifest.calibration
        #expect(calibration.factors(["SN-Ia", "RRAB"], hasContext: true)?.allSatisfy { abs($0 - 1) < 1e-4 } == true)
        let taxonomy = try Model(folder: all).taxonomy
        for (before, now) in zip(calibrated.decision.gates(taxonomy), outcome.decision.gates(taxonomy)) {
            #expect(now.gate >= before.gate)
        }
    }

    /// Packets of which it sees nothing but the light curve are answered as other objects are: they have no shares of their own.
    @Test func alertsWithoutContextHaveNoSharesOfTheirOwn() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let features = "features: [gal_b_abs, ref_distance, ref_mag, age]"
        let recipe = try set.recipe { $0.replacing(features, with: "features: []") }
        let (all, folds) = try set.trainAllAndFolds(recipe)
        _ = try Recalibration.run(model: all, folds: folds, set.data, threads: 2)
        #expect(try Model(folder: all).manifest.calibration.alertShares == nil)
        let outcome = try ShareCorrection.run(model: all, .equal, set.data, threads: 2)
        #expect(outcome.shares.expectedOfAlerts == nil && outcome.shares.expected["RRAB"] == 0.5)
    }

    /// Of what is called A, a tenth of B's objects, as many as may be; where B is common, too many.
    @Test func aGateRisesWhereTheStreamHasMoreOfWhatIsTakenForAnother() {
        let taxonomy = Taxonomy.twoClasses
        let labels = TrainingLabels(taxonomy)
        let sure = (0..<200).map { answer($0, of: 0, [0.97, 0.03], points: 9) }
        let taken = (200..<210).map { answer($0, of: 1, [0.6, 0.4], points: 9) }
        let unsure = (210..<300).map { answer($0, of: 0, [0.6, 0.4], points: 9) }
        let rest = (300..<400).map { answer($0, of: 1, [0.02, 0.98], points: 9) }
        let scores = Scores(labels, sure + taken + unsure + rest)
        let answers = CalibrationAnswers(all: scores, whole: scores)
        let known = Gates.rule(scores, share: 0.05)
        func gate(_ shareOfB: Double) -> Float {
            let calibrated = scores.shares(taxonomy) ?? [:]
            let shares = ClassShares(
                calibrated: calibrated,
                expected: ["A": 1 - shareOfB, "B": shareOfB],
                decision: known
            )
            let calibration = Calibration(pointBins: [3], temperatures: [:])
            return ShareCorrection.decision(answers, shares, calibration, taxonomy).thresholds[0]
        }
        #expect(known.thresholds[0] == 0.6)
        // What is called A with 0.6 is called B where B is common, and rightly so too seldom.
        #expect(abs(gate(0.1) - 0.884) < 1e-3 && abs(gate(0.9) - 0.669) < 1e-3, "\(gate(0.1)) \(gate(0.9))")
        #expect(abs((scores.labelShares(taxonomy)["B"] ?? 0) - 110.0 / 400) < 1e-9)
    }

    /// Killed between the card and the manifest, the card tells of shares that the model does not have.
    @Test func whatAKilledRunHasWrittenIntoTheCardGoesAway() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let model = try set.train(set.recipe(), set.options("run"))
        let trained = try ModelFiles.read(model)
        _ = try ShareCorrection.run(model: model, .equal, set.data, threads: 2)
        #expect(try ModelFiles.read(model)[1] != trained[1])
        try trained[0].write(to: URL(filePath: model + "/model.json"))
        #expect(try !ShareCorrection.remove(model: model) && ModelFiles.read(model) == trained)
    }

    @Test func whatCannotBeIsSaid() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let untrained = set.folder + "/untrained"
        try ModelBuilder.createUntrained(folder: untrained, seed: 1, layers: 1, references: [])
        let error = #expect(throws: RunFolder.Fault.self) {
            try ShareCorrection.run(model: untrained, .equal, set.data, threads: 1)
        }
        #expect(error?.description.contains("untrained: its answers mean nothing") == true)
        let model = try set.train(set.recipe(), set.options("run"))
        let before = try ModelFiles.read(model)
        #expect(throws: (any Error).self) {
            try ShareCorrection.run(model: model, .file(set.folder + "/none.yaml"), set.data, threads: 1)
        }
        #expect(throws: RunFolder.Fault.self) {
            let others = try set.changed("objects.csv", ",val,", ",test,")
            _ = try ShareCorrection.run(model: model, .equal, others, threads: 1)
        }
        // A set of which one kind stands for all says nothing of the other.
        let error2 = #expect(throws: RunFolder.Fault.self) {
            let others = try set.changed("objects.csv", "SN-Ia,val,", "SN-Ia,test,")
            _ = try ShareCorrection.run(model: model, .equal, others, threads: 1)
        }
        #expect(error2?.description.contains("no object of split val with a class of transient, which") == true)
        #expect(try ModelFiles.read(model) == before)
    }
}
