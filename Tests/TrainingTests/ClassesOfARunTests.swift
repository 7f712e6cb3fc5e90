import DataSets
import Foundation
import Testing

@testable import Training

/// Which classes of a data set a run can learn.
@Suite struct ClassesOfARunTests {
    @Test func aClassWithoutAnObjectToTrainOnIsNamed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let path = set.folder + "/objects.csv"
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").enumerated().map {
            place,
            row in
            place == 8 ? String(row).replacing("SN-Ia", with: "AGN") : String(row)
        }
        try (rows.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let data = try DataSet(folder: set.folder)
        let options = TrainingRun.Options(phase: .finetuning, folder: "\(set.folder)/x", seed: 1, threads: 1)
        #expect(
            throws: RunFolder.Fault(
                description: "none of the 1 objects of class AGN in tiny can train: give some of them split train and "
                    + "something to see, or leave the class out"
            )
        ) { _ = try TrainingRun(try set.recipe(), data, options) }
    }

    /// A recipe whose taxonomy has one class of the two, and says so of the other or not.
    private func recipe(_ set: TinyDataSet, unlabelled: String) throws -> Recipe {
        let taxonomy = "\(set.folder)/taxonomy.yaml"
        let text = "nodes:\n  SN-Ia: {meaning: a}\n  other: {meaning: b}\n"
        try text.write(toFile: taxonomy, atomically: true, encoding: .utf8)
        return try set.recipe { recipe in
            recipe.split(separator: "\n").map { line in
                line.hasPrefix("taxonomy") ? "taxonomy: \(taxonomy)\nunlabelled: [\(unlabelled)]" : String(line)
            }.joined(separator: "\n")
        }
    }

    @Test func objectsOfUnlabelledNodesTeachNoClassAndAreSeenInPreTraining() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, unlabelled: "RRAB")
        let labels = TrainingLabels(try TaxonomyFile.read(recipe.taxonomy))
        let objects = try ObjectData(set.data)
        func nodes(_ purpose: ExampleDraw.Purpose) -> Set<String> {
            let pool = ExamplePool(objects, labels: labels, recipe.examples, purpose)
            return Set(pool.objects.map { set.data.objects[$0].node })
        }
        #expect(nodes(.pretraining) == ["RRAB", "SN-Ia"] && nodes(.finetuning) == ["SN-Ia"])
        let options = TrainingRun.Options(phase: .finetuning, folder: "\(set.folder)/x", seed: 1, threads: 1)
        _ = try TrainingRun(recipe, set.data, options)
    }

    @Test func aNodeIsAClassOrUnlabelled() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let options = TrainingRun.Options(phase: .finetuning, folder: "\(set.folder)/x", seed: 1, threads: 1)
        for (unlabelled, words) in [
            ("RRAB, SN-Ia", "the recipe lists 'SN-Ia' as unlabelled and its taxonomy has it as a class"),
            ("TDE", "the taxonomy has no node 'RRAB', which objects.csv gives 'mine/0'"),
        ] {
            do {
                _ = try TrainingRun(try recipe(set, unlabelled: unlabelled), set.data, options)
                Issue.record("not refused")
            } catch { #expect("\(error)".contains(words), "\(error)") }
        }
    }
}
