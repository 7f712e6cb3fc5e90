import Foundation
import Testing

@testable import Training

/// Recipes that say only what is other than in another.
@Suite final class RecipeBaseTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder + "/deep", withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func message(_ path: String) -> String {
        do { _ = try Recipe(file: path) } catch { return "\(error)" }
        return ""
    }

    @Test func aRecipeIsItsBaseWithWhatItSaysInItsPlace() throws {
        _ = try write(
            "name: base\nseed: 7\nmodel: {layers: 3, channels: [time, flux], spectrum: {step: 4, points: 1000}}\n"
                + "finetuning: {rate: 1.5e-3}\n",
            "base.yaml"
        )
        let path = try write(
            "base: ../base.yaml\nname: other\nmodel:\n  channels: [time]\n  spectrum: {step: 5}\n"
                + "pretraining: {steps: 9}\n",
            "deep/other.yaml"
        )
        let recipe = try Recipe(file: path)
        #expect(recipe.name == "other" && recipe.seed == 7 && recipe.pretraining.steps == 9)
        #expect(recipe.model.layers == 3 && recipe.model.channels == ["time"] && recipe.finetuning.rate == 1.5e-3)
        #expect(recipe.model.spectrum == .init(start: 3850, step: 5, points: 1000))
        // What a run keeps says all of it.
        let kept = try write(String(decoding: recipe.text, as: UTF8.self), "kept.yaml")
        let read = try Recipe(file: kept)
        #expect(read.model == recipe.model && read.finetuning == recipe.finetuning && read.seed == 7)
        #expect(read.text == recipe.text && !String(decoding: read.text, as: UTF8.self).contains("base"))
    }

    /// That would be the program's defaults, without a word.
    @Test(arguments: ["finetuning:", "finetuning: ~", "finetuning: fast", "finetuning: []"])
    func aMappingOfTheBaseIsNotReplacedByNothing(line: String) throws {
        _ = try write("name: base\nfinetuning: {rate: 1.5e-3}\n", "base.yaml")
        let path = try write("base: base.yaml\nname: x\n\(line)\nseed: 2\n", "other.yaml")
        #expect(message(path).hasPrefix("\(path), line 3: finetuning is "), "\(message(path))")
        #expect(message(path).hasSuffix("and a mapping of keys in the base: leave it out to keep the base's"))
        let empty = try write("base: base.yaml\nname: x\nfinetuning: {}\n", "empty.yaml")
        #expect(try Recipe(file: empty).finetuning.rate == 1.5e-3)
    }

    @Test func aNameIsEachFilesOwn() throws {
        _ = try write("name: base\ndescription: d\n", "base.yaml")
        let path = try write("base: base.yaml\nseed: 2\n", "other.yaml")
        #expect(message(path).hasPrefix("\(path), line 1: name is missing"))
    }

    /// A line of the base is none of the file that stands on it.
    @Test func whatIsWrongIsSaidOfTheFileThatSaysIt() throws {
        let base = try write("name: base\n\n\n\nmodel:\n  width: 64\n  heads: 2\n", "base.yaml")
        let path = try write("base: base.yaml\nname: other\nmodel:\n  width: 256\n", "other.yaml")
        #expect(message(path).hasPrefix("\(path), line 4: model.heads is 2; "), "\(message(path))")
        let odd = try write("base: base.yaml\nname: other\nmodel: {layer: 4}\n", "odd.yaml")
        #expect(message(odd).hasPrefix("\(odd), line 3: 'layer' is no key of model"), "\(message(odd))")
        _ = try write("name: base\nseed: many\n", "base.yaml")
        #expect(message(path).hasPrefix("\(base), line 2: seed is 'many'"), "\(message(path))")
    }

    @Test func aBaseThatIsNoneIsNamed() throws {
        let path = try write("name: x\nbase: nowhere.yaml\n", "other.yaml")
        #expect(
            message(path)
                == "\(path), line 2: base: \(folder)/nowhere.yaml: No such file or directory; a path is looked for from the "
                + "folder of the recipe that names it"
        )
        #expect(message(try write("base: [a]\nname: x\n", "list.yaml")).contains("line 1: base is a list; the path"))
        #expect(message(try write("base:\nname: x\n", "null.yaml")).contains("line 1: base is ''; the path"))
        _ = try write("# nothing\n", "empty.yaml")
        #expect(message(try write("base: empty.yaml\nname: x\n", "upon.yaml")).hasSuffix("empty.yaml is empty"))
    }

    @Test func recipesThatStandOnOneAnotherInARingAreRefused() throws {
        let path = try write("name: a\nbase: b.yaml\n", "a.yaml")
        _ = try write("name: b\nbase: a.yaml\n", "b.yaml")
        #expect(message(path).contains("more than 8 recipes on one another"))
    }
}
