import AstroM3
import DataSets
import Foundation
import Testing

@testable import Training

/// `trifid calibrate --shares` goes by the objects that training has calibrated the model by, and by no others.
@Suite struct CalibrationGroupsTests {
    /// Of six objects that validate, two have a spectrum alone.
    private func set() throws -> TinyDataSet { try TinyDataSet(count: 72, spectra: true, bare: [55, 62]) }

    /// A recipe that draws none of these.
    private func recipe(_ set: TinyDataSet) throws -> Recipe {
        try set.recipe(model: ["spectrum: {start: 4000, step: 10, points: 300}"]) {
            $0 + "\nexamples: {alerts: 0.1, curves: 0.5, spectra: 0}\n"
        }
    }

    private func correct(_ model: String, _ data: DataSet) throws -> ShareCorrection.Outcome {
        try ShareCorrection.run(model: model, .equal, data, threads: 2)
    }

    @Test func groupsThatTheRecipeDoesNotDrawFromDoNotCount() throws {
        let set = try set()
        defer { set.remove() }
        let recipe = try recipe(set)
        let model = try set.train(recipe, set.options("run"))
        #expect(try RunObjects(recipe, set.data, set.options("run")).unseen.objects == [7, 14, 30, 39])
        let groups = try Model(folder: model).manifest.calibration.groups
        #expect(groups == Calibration.Groups(alerts: 0.1, curves: 0.5, spectra: 0))
        let outcome = try correct(model, set.data)
        #expect(outcome.objects == 4 && outcome.remark == nil)
    }

    /// Models that were made before they said it.
    @Test func anOlderModelIsCorrectedByTheRecipeThatIsFound() throws {
        let set = try set()
        defer { set.remove() }
        let model = try set.train(recipe(set), set.options("run"))
        try ModelBuilder.edit(folder: model) { $0.calibration.groups = nil }
        let beside = try correct(model, set.data)
        #expect(beside.objects == 4)
        #expect(beside.remark?.hasSuffix("by those of its run's recipe, \(model)/../recipe.yaml") == true)
        #expect(try ShareCorrection.remove(model: model))
        // Away from its run.
        let copy = set.folder + "/copy"
        try FileManager.default.copyItem(atPath: model, toPath: copy)
        let told = try correct(copy, set.data)
        #expect(told.objects == 4 && told.remark?.hasSuffix("by those of the recipe in \(copy)/card.md") == true)
        // With a recipe that is none, and without any.
        let text = try set.text("copy/card.md")
        for card in [text.replacing("finetuning:", with: "  finetuning"), "# tiny\n"] {
            try set.write(card, "copy/card.md")
            let all = try correct(copy, set.data)
            #expect(all.objects == 6 && all.remark?.contains("has a recipe of tiny, so that it is by all") == true)
        }
    }

    @Test func sharesOfGroupsThatNoRecipeHasAreRefused() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let folder = set.folder + "/model"
        try ModelBuilder.createUntrained(folder: folder, seed: 1, layers: 1, references: [])
        for (groups, words) in [
            (Calibration.Groups(alerts: 1.5, curves: 0.5, spectra: 0), "calibration.groups.alerts is 1.5"),
            (Calibration.Groups(alerts: 0, curves: 0, spectra: .nan), "calibration.groups.spectra is nan"),
            (Calibration.Groups(alerts: 0, curves: 0, spectra: 0), "calibration.groups is 0 of each"),
        ] {
            let refusal = message { try ModelBuilder.edit(folder: folder) { $0.calibration.groups = groups } }
            #expect(refusal.contains(words), "\(refusal)")
        }
    }
}
