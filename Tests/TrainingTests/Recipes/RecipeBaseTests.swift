import Foundation
import Testing

@testable import Training

/// Recipes that say only what is other than in another.
@Suite final class RecipeBaseTests {
    private let folder = TemporaryFolder()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder.path + "/deep", withIntermediateDirectories: true)
    }
    deinit { folder.remove() }

    private func refusal(_ path: String) -> String { message { _ = try Recipe(file: path) } }

    @Test func aRecipeIsItsBaseWithWhatItSaysInItsPlace() throws {
        try folder.write(
            "name: base\nseed: 7\nmodel: {layers: 3, channels: [time, flux], spectrum: {step: 4, points: 1000}}\n"
                + "finetuning: {rate: 1.5e-3}\n",
            "base.yaml"
        )
        let path = try folder.write(
            "base: ../base.yaml\nname: other\nmodel:\n  channels: [time]\n  spectrum: {step: 5}\n"
                + "pretraining: {steps: 9}\n",
            "deep/other.yaml"
        )
        let recipe = try Recipe(file: path)
        #expect(recipe.name == "other" && recipe.seed == 7 && recipe.pretraining.steps == 9)
        #expect(recipe.model.layers == 3 && recipe.model.channels == ["time"] && recipe.finetuning.rate == 1.5e-3)
        #expect(recipe.model.spectrum == .init(start: 3850, step: 5, points: 1000))
        // What a run keeps says all of it.
        let kept = try folder.write(String(decoding: recipe.text, as: UTF8.self), "kept.yaml")
        let read = try Recipe(file: kept)
        #expect(read.model == recipe.model && read.finetuning == recipe.finetuning && read.seed == 7)
        #expect(read.text == recipe.text && !String(decoding: read.text, as: UTF8.self).contains("base"))
    }

    /// That would be the program's defaults, without a word.
    @Test(arguments: ["finetuning:", "finetuning: ~", "finetuning: fast", "finetuning: []"])
    func aMappingOfTheBaseIsNotReplacedByNothing(line: String) throws {
        try folder.write("name: base\nfinetuning: {rate: 1.5e-3}\n", "base.yaml")
        let path = try folder.write("base: base.yaml\nname: x\n\(line)\nseed: 2\n", "other.yaml")
        #expect(refusal(path).hasPrefix("\(path), line 3: finetuning is "), "\(refusal(path))")
        #expect(refusal(path).hasSuffix("and a mapping of keys in the base: leave it out to keep the base's"))
        let empty = try folder.write("base: base.yaml\nname: x\nfinetuning: {}\n", "empty.yaml")
        #expect(try Recipe(file: empty).finetuning.rate == 1.5e-3)
    }

    @Test func aNameIsEachFilesOwn() throws {
        try folder.write("name: base\ndescription: d\n", "base.yaml")
        let path = try folder.write("base: base.yaml\nseed: 2\n", "other.yaml")
        #expect(refusal(path).hasPrefix("\(path), line 1: name is missing"))
    }

    /// A line of the base is none of the file that stands on it.
    @Test func whatIsWrongIsSaidOfTheFileThatSaysIt() throws {
        let base = try folder.write("name: base\n\n\n\nmodel:\n  width: 64\n  heads: 2\n", "base.yaml")
        let path = try folder.write("base: base.yaml\nname: other\nmodel:\n  width: 256\n", "other.yaml")
        #expect(refusal(path).hasPrefix("\(path), line 4: model.heads is 2; "), "\(refusal(path))")
        let odd = try folder.write("base: base.yaml\nname: other\nmodel: {layer: 4}\n", "odd.yaml")
        #expect(refusal(odd).hasPrefix("\(odd), line 3: 'layer' is no key of model"), "\(refusal(odd))")
        try folder.write("name: base\nseed: many\n", "base.yaml")
        #expect(refusal(path).hasPrefix("\(base), line 2: seed is 'many'"), "\(refusal(path))")
    }

    @Test func aBaseThatIsNoneIsNamed() throws {
        let path = try folder.write("name: x\nbase: nowhere.yaml\n", "other.yaml")
        #expect(
            refusal(path)
                == "\(path), line 2: base: \(folder.path)/nowhere.yaml: No such file or directory; a path is looked for from the "
                + "folder of the recipe that names it"
        )
        let list = try folder.write("base: [a]\nname: x\n", "list.yaml")
        #expect(refusal(list).contains("line 1: base is a list; the path"))
        let null = try folder.write("base:\nname: x\n", "null.yaml")
        #expect(refusal(null).contains("line 1: base is ''; the path"))
        try folder.write("# nothing\n", "empty.yaml")
        let upon = try folder.write("base: empty.yaml\nname: x\n", "upon.yaml")
        #expect(refusal(upon).hasSuffix("empty.yaml is empty"))
    }

    @Test func recipesThatStandOnOneAnotherInARingAreRefused() throws {
        let path = try folder.write("name: a\nbase: b.yaml\n", "a.yaml")
        try folder.write("name: b\nbase: a.yaml\n", "b.yaml")
        #expect(refusal(path).contains("more than 8 recipes on one another"))
    }
}
