import AstroM3
import Foundation
import Sky
import Testing

@testable import Training

@Suite struct StudyRunTests {
    func study(_ set: TinyDataSet, _ changes: (String) -> String = { $0 }) throws -> Study {
        _ = try set.recipe()
        let text = """
            name: tiny
            variants:
              recipe: {recipe: \(set.folder)/recipe.yaml}
            folds: [0, 2]
            labels:
              - {fraction: 0.5, draws: 2, steps: 2}
              - {fraction: 1}
            modalities: [photometry, photometry+metadata]
            samples: 200
            """
        return try Study(file: set.write(changes(text), "study.yaml"))
    }

    func run(
        _ study: Study,
        _ set: TinyDataSet,
        _ name: String,
        resumes: Bool = false,
        stopAfter stop: Int = .max
    ) throws -> (outcome: StudyRun.Outcome, steps: Int, cells: Int) {
        let run = try StudyRun(study, set.data, folder: "\(set.folder)/\(name)", threads: 1, resumes: resumes)
        var (steps, cells) = (0, 0)
        func count(_ event: StudyRun.Event) {
            switch event {
            case .training: steps += 1
            case .done: cells += 1
            }
        }
        let outcome = try run.run(shouldStop: { steps >= stop }, count)
        return (outcome, steps, cells)
    }

    /// What the study says in the end, byte by byte.
    func tables(_ set: TinyDataSet, _ name: String) throws -> String { try set.text("\(name)/tables.json") }

    @Test func aStudyThatIsStoppedAnywhereEndsWithTheSameTables() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let study = try study(set)
        #expect(study.cells.count == 12)
        let whole = try run(study, set, "whole")
        // Six steps of pre-training and two or six of each cell, for each fold.
        #expect(whole.cells == 12 && whole.steps == 2 * (6 + 4 * 2 + 2 * 6))
        guard case .done(let tables) = whole.outcome else {
            Issue.record("not done")
            return
        }
        #expect(tables.rows.count == 8 && tables.gains.count == 4 && tables.classes == ["SN-Ia", "RRAB"])
        let expected = try self.tables(set, "whole")
        for stop in [0, 1, 7, 20] {
            let name = "stopped-\(stop)"
            var (steps, count) = (0, 0)
            while count < 60 {
                let part = try run(
                    study,
                    set,
                    name,
                    resumes: count > 0,
                    stopAfter: stop == 0 && count == 0 ? 0 : max(stop, 3)
                )
                (steps, count) = (steps + part.steps, count + 1)
                if case .done = part.outcome { break }
            }
            #expect(try self.tables(set, name) == expected)
            // Nothing is done twice but the steps since the last look.
            #expect(steps <= whole.steps + 2 * count)
        }
    }

    @Test func whatIsDoneIsNotRunAgainAndAGrownStudyGoesOn() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let small = try study(set) {
            $0.replacing("folds: [0, 2]", with: "folds: [0]").replacing("  - {fraction: 1}", with: "")
        }
        #expect(try run(small, set, "run").cells == 4)
        let whole = try study(set)
        #expect(throws: RunFolder.Fault.self) { try run(whole, set, "run") }
        #expect(try run(whole, set, "run", resumes: true).cells == 8)
        let again = try run(whole, set, "run", resumes: true)
        #expect(again.steps == 0 && again.cells == 0)
        _ = try run(whole, set, "other")
        #expect(try tables(set, "run") == tables(set, "other"))
        // What a cell needed to go on is gone; what others begin with stays.
        let files = FileManager.default
        for cell in whole.cells {
            let folder = "\(set.folder)/run/cells/\(cell.name)"
            #expect(!files.fileExists(atPath: folder + "/checkpoint.safetensors"))
            #expect(!files.fileExists(atPath: folder + "/best.safetensors"))
            #expect(files.fileExists(atPath: folder + "/model/model.json"))
            #expect(files.fileExists(atPath: "\(set.folder)/run/pretraining/\(cell.pretraining)/best.safetensors"))
        }
        // Another recipe makes other models, and what refuses them leaves the study as it was.
        let changed = try study(set) { $0.replacing("samples: 200", with: "samples: 300") }
        _ = try set.recipe { $0.replacing("dropout: 0.1", with: "dropout: 0.2") }
        let other = try Study(file: "\(set.folder)/study.yaml")
        let refusal = message { _ = try run(other, set, "run", resumes: true) }
        #expect(refusal.contains("is a run of another recipe than its study"), "\(refusal)")
        #expect(changed.text == other.text && changed.text != whole.text)
        #expect(files.contents(atPath: "\(set.folder)/run/study.yaml") == Data(whole.text))
    }

    /// What is said of a study with other words, before it begins.
    private func refusal(_ set: TinyDataSet, _ old: String, _ new: String) -> String {
        message {
            let study = try study(set) { $0.replacing(old, with: new) }
            _ = try StudyRun(study, set.data, folder: "\(set.folder)/run", threads: 1, resumes: false)
        }
    }

    /// All of it before the first cell, and nothing is begun.
    @Test func aStudyOfWhichACellCannotBeIsRefusedAtOnce() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        _ = try set.recipe()
        try set.write(set.text("recipe.yaml").replacing("[gal_b_abs,", with: "[redshift,"), "other.yaml")
        for (old, new, words) in [
            (
                "folds:", "  other: {recipe: \(set.folder)/other.yaml}\nfolds:",
                "pre-training of other, fold 0, seed 1: tiny has no feature 'redshift'"
            ),
            (
                "fraction: 0.5", "fraction: 0.01",
                "fold 0, seed 1, 1 % of the labels, draw 1, pre-trained: 1 % of the labels"
            ),
            ("folds: [0, 2]\n", "", "tiny has no object of split test, and the study names no folds"),
        ] {
            let refusal = refusal(set, old, new)
            #expect(refusal.contains(words), "\(refusal)")
            #expect(!FileManager.default.fileExists(atPath: "\(set.folder)/run"))
        }
    }

    @Test func anEnsemblesOtherNetworksKeepNeitherWeightsNorModels() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let small = try study(set) {
            $0.replacing("folds: [0, 2]", with: "folds: [0]").replacing("  - {fraction: 1}", with: "")
                .replacing("draws: 2", with: "draws: 1").replacing("samples:", with: "pretrained: [false]\nsamples:")
        }
        _ = try set.recipe(model: ["members: 2"])
        let study = try Study(file: "\(set.folder)/study.yaml")
        #expect(small.cells.count == 1 && study.cells == small.cells)
        #expect(try run(study, set, "run").cells == 1)
        let cell = "\(set.folder)/run/cells/\(study.cells[0].name)"
        let files = FileManager.default
        #expect(
            files.fileExists(atPath: cell + "/members/1/run.json")
                && files.fileExists(atPath: cell + "/model/model.json")
        )
        for name in ["checkpoint.safetensors", "best.safetensors", "model"] {
            #expect(!files.fileExists(atPath: "\(cell)/members/1/\(name)"), "\(name)")
        }
        #expect(try run(study, set, "run", resumes: true).cells == 0)
    }

    @Test func aModelAnswersToEachSetThatAnObjectHasWhole() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let study = try study(set)
        _ = try run(study, set, "run")
        let answers = try StudyAnswer.read("\(set.folder)/run/cells/\(study.cells[0].name)/answers.jsonl")
        #expect(answers.count == 12)
        for answer in answers {
            // There are no spectra.
            #expect(Set(answer.probabilities.keys) == [.photometry, .metadata, [.photometry, .metadata]])
            for nodes in answer.probabilities.values {
                let first = ["transient", "variable-star", "AGN"].reduce(0) { $0 + (nodes[$1] ?? 0) }
                #expect(abs(first - 1) < 1e-4)
            }
        }
    }

    /// Its labels are seen with light curves alone: the model looks at nothing else, pre-trained or not, and is calibrated so.
    @Test func aModelThatLearnsItsClassesFromPartOfTheModalitiesAnswersByThese() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let study = try study(set)
        _ = try set.recipe { $0 + "\nexamples: {hiddenModalities: 0, modalities: photometry}\n" }
        let seen = try Study(file: set.folder + "/study.yaml")
        #expect(seen.cells.map(\.name) == study.cells.map(\.name))
        let outcome = try run(seen, set, "run")
        #expect(outcome.cells == 12)
        for cell in seen.cells {
            let folder = "\(set.folder)/run/cells/\(cell.name)"
            let answers = try StudyAnswer.read("\(folder)/answers.jsonl")
            #expect(!answers.isEmpty && answers.allSatisfy { Set($0.probabilities.keys) == [.photometry] })
            let manifest = try Model(folder: "\(folder)/model").manifest
            #expect(manifest.modalities == "photometry" && !manifest.metadata.features.isEmpty)
        }
    }

    @Test func aVariantMaySayForItselfWhetherItIsPreTrained() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let study = try study(set) { $0.replacing("recipe.yaml}", with: "recipe.yaml, pretrained: [true]}") }
        #expect(study.cells.count == 6 && study.cells.allSatisfy(\.isPretrained))
    }

    @Test(arguments: [
        ("recipe.yaml}", "recipe.yaml, pretrained: [yes]}", "variants.recipe.pretrained is [yes]; true, false or both"),
        ("samples:", "pretrained: []\nsamples:", "pretrained is []; true, false or both will do"),
        ("samples:", "pretrained: [true, true]\nsamples:", "pretrained is [true, true]; true, false or both will do"),
        ("folds: [0, 2]", "fold: [0, 2]", "line 4: 'fold' is no key of a study; it has description, folds, labels"),
        ("fraction: 0.5", "fraction: 1.5", "labels[0].fraction is '1.5'; a number from 0.0 to 1.0 will do"),
        ("fraction: 0.5", "fraction: 1", "labels names one thing twice"),
        ("folds: [0, 2]", "folds: [0, 0]", "folds names one thing twice"),
        ("[photometry, ", "[light, ", "modalities has 'light'; there are photometry, spectrum"),
        ("recipe: {", "../x: {", "the variant '../x' needs a name of letters, digits and _"),
        ("draws: 2", "draws: no", "labels[0].draws is 'no'; a whole number from 1 to 1000 will do"),
        ("folds: [0, 2]", "folds: [0, 9]", "tiny has no fold 9, which the study names"),
    ])
    func whatIsWrongWithAStudyIsNamed(_ old: String, _ new: String, _ words: String) throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let refusal = refusal(set, old, new)
        #expect(refusal.contains(words), "\(refusal)")
    }

    @Test func everyStudyOfTheProjectNamesWhatIsThere() throws {
        let (root, folder) = (ProjectFolder.path, ProjectFolder.config + "/studies")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".yaml") {
            // Paths of recipes are those from the project's folder.
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                .replacing("recipe: Config", with: "recipe: \(root)/Config")
            let study = try TemporaryFolder.reading(text, file) { try Study(file: $0) }
            #expect(!study.cells.isEmpty && Set(study.cells.map(\.name)).count == study.cells.count)
            if study.name == "sky" {
                #expect(
                    study.cells.count == 15 && Set(study.cells.filter(\.isPretrained).map(\.pretraining)).count == 4
                )
            }
            for variant in study.variants {
                #expect(try !TaxonomyFile.read("\(root)/\(variant.recipe.taxonomy)").taxonomy.nodes.isEmpty)
            }
        }
    }
}
