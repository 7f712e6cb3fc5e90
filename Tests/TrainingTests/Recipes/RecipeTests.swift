import Foundation
import Testing

@testable import AstroM3
@testable import Training

@Suite struct RecipeTests {
    private func message(_ change: @escaping (String) -> String) throws -> String {
        let set = try TinyDataSet()
        defer { set.remove() }
        do {
            _ = try set.recipe(change)
            return ""
        } catch let error as RecipeError {
            return error.description.replacingOccurrences(of: set.folder, with: "")
        }
    }

    @Test func whatIsWrongIsNamedWithItsLine() throws {
        let cases: [(String, String, String)] = [
            (
                "  epoch: 2\nfinetuning", "  epochs: 2\nfinetuning",
                "/recipe.yaml, line 17: 'epochs' is no key of pretraining; it has"
            ),
            (
                "  layers: 1", "  layers: many",
                "/recipe.yaml, line 4: model.layers is 'many'; a whole number from 1 to 64 will do"
            ),
            ("  embedding: 16", "  embedding: 17", "model.embedding is 17; a multiple of 16 will do"),
            ("[time, flux,", "[time, time, flux,", "model.channels has 'time' twice"),
            ("  width: 32", "  width: 48", "/recipe.yaml, line 4: model.width is 48; a multiple of 32 will do"),
            (
                "  width: 32", "  width: 32\n  heads: 4",
                "/recipe.yaml, line 4: model.heads is 4; 2 or 1 will do for a width of 32: heads are 16 or 32 wide"
            ),
            (
                "  width: 32", "  width: 32\n  tokens: words",
                "/recipe.yaml, line 6: model.tokens is 'words'; there are convolution, perceptron"
            ),
            (
                "  width: 32", "  width: 32\n  norm: never",
                "/recipe.yaml, line 6: model.norm is 'never'; there are after, before"
            ),
            (
                "  width: 32", "  width: 32\n  positions: [none]",
                "/recipe.yaml, line 6: model.positions is a list; one value must stand there"
            ),
            ("  rate: 2.0e-3", "  rate: -1", "line 21: finetuning.rate is '-1'; a number from 0.0 to 10.0 will do"),
            (
                "  layers: 1", "  layers: 1\n  spectrum: {step: 0}",
                "line 5: model.spectrum.step is '0'; a number from 0.01 to 1000.0 will do"
            ),
            ("[gal_b_abs,", "[gal_b_abs, gal_b_abs,", "model.features has 'gal_b_abs' twice; each name once will do"),
            ("[time, flux,", "[time, colour,", "model.channels has 'colour'; there are time, gap,"),
            ("name: tiny", "title: tiny", "name is missing"),
            (
                "[time, flux,", "[time, flux]\n  constants: [age,",
                "model.constants has 'age'; there are alert, all, star,"
            ),
            ("pretraining:", "pretraining: 7\nother:", "pretraining must be a mapping of keys"),
            (
                "pretraining:", "examples:\n  modalities: spectrum\npretraining:",
                "examples.modalities is 'spectrum'; photometry will do, alone or with + and spectrum, metadata"
            ),
        ]
        for (old, new, expected) in cases {
            let found = try message { $0.replacingOccurrences(of: old, with: new) }
            #expect(found.contains(expected), "\(found)")
        }
    }

    @Test func aTreeThatIsNotThereIsToldWithWhoNamesItAndFromWhere() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        var recipe = try set.recipe()
        recipe.taxonomy = "nowhere/tree.yaml"
        let error = #expect(throws: RecipeError.self) { _ = try TaxonomyFile.read(of: recipe) }
        let words =
            "recipe \(recipe.name): taxonomy: nowhere/tree.yaml: No such file or directory; a path is looked for from"
        #expect(error?.description.hasPrefix(words) == true)
    }

    @Test func aNodeThatStandsInTheTreeTwiceIsNamed() throws {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        let text = "nodes:\n  A:\n    children:\n      B: {}\n  C:\n    children:\n      B: {}\n"
        let path = try folder.write(text, "taxonomy.yaml")
        #expect(
            throws: RecipeError(file: path, line: 7, message: "the node B stands in the tree twice; each has one place")
        ) {
            _ = try TaxonomyFile.read(path)
        }
    }

    @Test(arguments: [
        (
            "nodes:\n  A:\n    kids:\n      B: {}\n", 3,
            "'kids' is no key of A; it has meaning, children, decided, draws"
        ),
        ("nodes:\n  A: {}\nlabel: {}\n", 3, "'label' is no key of a taxonomy; it has nodes, labels, subclasses"),
    ])
    func aKeyThatATaxonomyDoesNotHaveIsNamed(_ text: String, _ line: Int, _ words: String) throws {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        let path = try folder.write(text, "taxonomy.yaml")
        #expect(throws: RecipeError(file: path, line: line, message: words)) { _ = try TaxonomyFile.read(path) }
    }

    @Test(arguments: ["recipes", "studies/sky", "studies/stars", "studies/transient"])
    func everyRecipeOfTheProjectCanBeRead(folder: String) throws {
        let folder = "\(ProjectFolder.config)/\(folder)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(!files.isEmpty)
        for file in files {
            let recipe = try Recipe(file: "\(folder)/\(file)")
            #expect(!recipe.name.isEmpty && !recipe.model.channels.isEmpty, "\(file)")
        }
    }

    @Test func theTaxonomyIsATreeWithoutWhatIsDecidedBeforeTheModel() throws {
        let taxonomy = try TaxonomyFile.read(ProjectFolder.config + "/taxonomy.yaml").taxonomy
        #expect(!taxonomy.nodes.contains { $0.name == "solar-system" })
        #expect(taxonomy.nodes.filter { $0.parent == nil }.map(\.name) == ["transient", "variable-star", "AGN"])
        #expect(taxonomy.classes.contains("SN-Ia") && taxonomy.classes.contains("HADS"))
        #expect(!taxonomy.classes.contains("supernova"))
        let labels = TrainingLabels(taxonomy)
        let supernova = try #require(labels.number(of: "supernova"))
        #expect(
            labels.leaves[supernova].map { taxonomy.classes[$0] }
                == ["SN-Ia", "SLSN-I", "SN-II", "SN-IIn", "stripped-envelope"]
        )
        #expect(labels.depths[supernova] == 1 && labels.names[labels.tree.path(to: supernova)[0]] == "transient")
        #expect(labels.number(of: "quark star") == nil)
    }
}
