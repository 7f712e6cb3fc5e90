@testable import Training

extension TinyDataSet {
    /// A recipe as small as the data, and its two classes.
    func recipe(_ changes: (String) -> String = { $0 }) throws -> Recipe {
        let text = """
            name: tiny
            taxonomy: \(folder)/classes.yaml
            model:
              layers: 1
              width: 32
              feedForward: 32
              embedding: 16
              metadataWidth: 16
              points: 40
              quantiles: 4
              channels: [time, flux, error, wavelength]
              features: [gal_b_abs, ref_distance, ref_mag, age]
            pretraining:
              steps: 6
              batch: 8
              rate: 1.0e-3
              epoch: 2
            finetuning:
              steps: 6
              batch: 8
              rate: 2.0e-3
              epoch: 2
              averaging: 0.9
              dropout: 0.1
            """
        return try Recipe(file: write(changes(text), "recipe.yaml"))
    }

    /// The same with more keys of its model.
    func recipe(model keys: [String], _ changes: (String) -> String = { $0 }) throws -> Recipe {
        let lines = keys.map { "  \($0)\n" }.joined()
        return try recipe { changes($0.replacing("  layers: 1\n", with: "  layers: 1\n" + lines)) }
    }
}
