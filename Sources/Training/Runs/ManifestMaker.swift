internal import AstroM3
internal import Sky

/// The manifest of a new model: the recipe's sizes, and means, deviations and quantiles of what training examples show.
enum ManifestMaker {
    /// Fewest known values by which a feature or a constant can be told.
    static let fewest = 30

    /// - Throws: `ModelError` where the examples know none of the features often enough.
    static func manifest(
        _ recipe: Recipe,
        taxonomy: Taxonomy,
        version: String,
        seed: UInt64,
        records: [Record]
    ) throws(ModelError) -> ModelManifest {
        var manifest = ModelBuilder.defaults(
            name: recipe.name,
            version: version,
            seed: seed,
            variant: .streaming,
            layers: recipe.model.layers
        )
        let model = recipe.model
        manifest.training = .trained
        manifest.taxonomy = taxonomy
        manifest.architecture = Architecture(
            layers: model.layers,
            modelWidth: model.width,
            heads: model.heads,
            feedForwardWidth: model.feedForward,
            embedding: model.embedding,
            metadataWidth: model.metadataWidth,
            tokens: model.tokens,
            norm: model.norm,
            fusesInputs: model.fusesInputs
        )
        manifest.photometry.positionalEncoding = model.positions
        manifest.photometry.channels = model.channels
        manifest.photometry.maximumPoints = model.points
        manifest.photometry.mean = model.channels.map { _ in 0 }
        manifest.photometry.std = model.channels.map { _ in 1 }
        manifest.spectrum =
            model.spectra
            ? SpectrumInput(
                start: model.spectrum.start,
                step: model.spectrum.step,
                points: model.spectrum.points,
                uncertainty: false
            ) : nil
        manifest.metadata = MetadataInput(
            features: model.features.map { feature($0) },
            missingFlags: true,
            noneFlags: true
        )
        manifest.photometry.constants = model.constants.map { feature($0) }
        ModelBuilder.standardise(&manifest, by: records, quantiles: model.quantiles, fewest: fewest)
        guard model.features.isEmpty || !manifest.metadata.features.isEmpty else {
            throw .manifest(
                field: "metadata.features",
                value: model.features.joined(separator: ", "),
                expected: "at least one feature that \(fewest) of 4000 looks at the training objects know"
            )
        }
        try manifest.check()
        return manifest
    }

    private static func feature(_ name: String) -> MetadataInput.Feature {
        MetadataInput.Feature(name: name, transform: .raw, mean: 0, std: 1)
    }
}
