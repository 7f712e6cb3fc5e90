import AstroM3
import Sky
import Testing

@testable import Training

/// Each key of a recipe, with another value than its default and than those of its neighbours.
@Suite struct RecipeKeysTests {
    private static let whole = """
        name: whole
        description: says everything
        taxonomy: other.yaml
        unlabelled: [A, B]
        seed: 9
        model:
          layers: 5
          members: 3
          width: 96
          heads: 6
          tokens: perceptron
          norm: before
          positions: none
          feedForward: 160
          embedding: 48
          metadataWidth: 112
          fusesInputs: true
          points: 77
          channels: [flux, time]
          constants: [skewness, kurtosis]
          spectrum: {start: 4000.5, step: 3.5, points: 321}
          features: [gal_b_abs, age]
          spectra: false
          quantiles: 7
          references: 33
        pretraining:
          steps: 11
          batch: 12
          rate: 0.013
          warmUp: 0.14
          cosine: false
          decay: 0.15
          decaysVectors: true
          beta2: 0.916
          clip: 0.17
          temperature: 0.18
          contrastive: 0.19
          dropout: 0.21
          fusedDropout: 0.22
          averaging: 0.923
          smoothing: 0.24
          priorShift: 0.25
          epoch: 26
          balanced: true
          patience: 27
        finetuning:
          steps: 31
          batch: 32
          rate: 0.033
          warmUp: 0.34
          cosine: false
          decay: 0.35
          decaysVectors: true
          beta2: 0.936
          clip: 0.37
          temperature: 0.38
          contrastive: 0.39
          dropout: 0.41
          fusedDropout: 0.42
          averaging: 0.943
          smoothing: 0.44
          priorShift: 0.45
          epoch: 46
          balanced: true
          patience: 47
        examples:
          alerts: 0.51
          curves: 0.52
          spectra: 0.53
          balance: 0.54
          packets: 0.55
          truncation: 0.56
          thinning: 0.57
          detected: 0.58
          constantsOnly: 0.59
          hiddenFeatures: 0.61
          hiddenModalities: 0.62
          modalities: photometry+spectrum

        """

    private func read(_ text: String) throws -> Recipe {
        try TemporaryFolder.reading(text, "recipe.yaml") { try Recipe(file: $0) }
    }

    @Test func everyKeyHasItsPlace() throws {
        let recipe = try read(Self.whole)
        #expect(recipe.name == "whole" && recipe.taxonomy == "other.yaml")
        #expect(recipe.unlabelled == ["A", "B"] && recipe.seed == 9)
        #expect(
            recipe.model
                == Recipe.Model(
                    layers: 5,
                    members: 3,
                    width: 96,
                    heads: 6,
                    tokens: .perceptron,
                    norm: .before,
                    positions: .none,
                    feedForward: 160,
                    embedding: 48,
                    metadataWidth: 112,
                    fusesInputs: true,
                    points: 77,
                    channels: ["flux", "time"],
                    constants: ["skewness", "kurtosis"],
                    spectrum: Recipe.Wavelengths(start: 4000.5, step: 3.5, points: 321),
                    features: ["gal_b_abs", "age"],
                    spectra: false,
                    quantiles: 7,
                    references: 33
                )
        )
        #expect(
            recipe.pretraining
                == Recipe.Phase(
                    steps: 11,
                    batch: 12,
                    rate: 0.013,
                    warmUp: 0.14,
                    cosine: false,
                    decay: 0.15,
                    decaysVectors: true,
                    beta2: 0.916,
                    clip: 0.17,
                    temperature: 0.18,
                    contrastive: 0.19,
                    dropout: 0.21,
                    fusedDropout: 0.22,
                    averaging: 0.923,
                    smoothing: 0.24,
                    priorShift: 0.25,
                    epoch: 26,
                    balanced: true,
                    patience: 27
                )
        )
        #expect(
            recipe.finetuning
                == Recipe.Phase(
                    steps: 31,
                    batch: 32,
                    rate: 0.033,
                    warmUp: 0.34,
                    cosine: false,
                    decay: 0.35,
                    decaysVectors: true,
                    beta2: 0.936,
                    clip: 0.37,
                    temperature: 0.38,
                    contrastive: 0.39,
                    dropout: 0.41,
                    fusedDropout: 0.42,
                    averaging: 0.943,
                    smoothing: 0.44,
                    priorShift: 0.45,
                    epoch: 46,
                    balanced: true,
                    patience: 47
                )
        )
        #expect(
            recipe.examples
                == Recipe.Examples(
                    alerts: 0.51,
                    curves: 0.52,
                    spectra: 0.53,
                    balance: 0.54,
                    packets: 0.55,
                    truncation: 0.56,
                    thinning: 0.57,
                    detected: 0.58,
                    constantsOnly: 0.59,
                    hiddenFeatures: 0.61,
                    hiddenModalities: 0.62,
                    modalities: [.photometry, .spectrum]
                )
        )
    }

    /// A value that a recipe need not say proves nothing of its key.
    @Test func noValueIsThatOfARecipeWithoutTheKey() throws {
        let (recipe, usual) = (try read(Self.whole), try read("name: usual\n"))
        func alike<Part>(_ part: KeyPath<Recipe, Part>) -> [String] {
            let parts = [recipe, usual].map { Mirror(reflecting: $0[keyPath: part]).children }
            return zip(parts[0], parts[1]).filter { "\($0.value)" == "\($1.value)" }.compactMap { $0.0.label }
        }
        #expect(alike(\.self) == [])
        #expect(alike(\.model) == [] && alike(\.model.spectrum) == [])
        #expect(alike(\.pretraining) == [] && alike(\.finetuning) == [] && alike(\.examples) == [])
    }

    /// By what is said of a key that there is not.
    @Test(arguments: [
        ("", "name: whole\n", "name: whole\nodd: 1\n"), ("model", "model:\n", "model:\n  odd: 1\n"),
        ("model.spectrum", "spectrum: {", "spectrum: {odd: 1, "),
        ("pretraining", "pretraining:\n", "pretraining:\n  odd: 1\n"),
        ("finetuning", "finetuning:\n", "finetuning:\n  odd: 1\n"),
        ("examples", "examples:\n", "examples:\n  odd: 1\n"),
    ])
    func noKeyThatCanBeReadIsLeftOut(_ section: String, _ old: String, _ new: String) throws {
        let error = #expect(throws: RecipeError.self) { try read(Self.whole.replacing(old, with: new)) }
        let message = try #require(error?.message)
        let known = try #require(message.split(separator: "; it has ").last).split(separator: ", ")
        #expect(Set(known.map(String.init)) == Set(Self.keys(of: section)), "\(message)")
    }

    /// The keys that the text has in a section.
    private static func keys(of section: String) -> [String] {
        var (found, outer) = ([String: [String]](), "")
        for line in whole.split(separator: "\n") {
            let key = line.drop { $0 == " " }.prefix { $0 != ":" }
            let isInner = line.first == " "
            if !isInner { outer = String(key) }
            found[isInner ? outer : "", default: []].append(String(key))
            guard let start = line.firstIndex(of: "{") else { continue }
            found["\(outer).\(key)"] = line[start...].dropFirst().split(separator: ", ").map {
                String($0.prefix { $0 != ":" })
            }
        }
        return found[section] ?? []
    }
}
