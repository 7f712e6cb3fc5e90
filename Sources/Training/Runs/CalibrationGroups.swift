internal import AstroM3
internal import Ground
internal import Sky

/// Which objects of a data set training has calibrated a model by: those of the groups that its recipe draws from.
struct CalibrationGroups {
    /// As a recipe says it, its defaults but for the groups and for what the model looks at.
    let examples: Recipe.Examples
    /// Whence it is known, for people; nil: the model says it.
    let remark: String?

    /// - Parameter folder: of the model. Those that were made before they said it have their recipe beside them, in the folder of the
    ///   run, or in their card.
    init(_ manifest: ModelManifest, folder: String) {
        let found = Self.groups(manifest, folder)
        var examples = Recipe.Examples()
        if let groups = found.groups {
            (examples.alerts, examples.curves, examples.spectra) = (groups.alerts, groups.curves, groups.spectra)
        }
        examples.modalities = manifest.modalities.flatMap(ModalitySet.init(name:)) ?? examples.modalities
        (self.examples, remark) = (examples, found.remark)
    }

    private static let unsaid = "the model does not say by which objects it was calibrated: "

    private static func groups(
        _ manifest: ModelManifest,
        _ folder: String
    ) -> (groups: Calibration.Groups?, remark: String?) {
        if let groups = manifest.calibration.groups { return (groups, nil) }
        let (run, card) = (RunFolder("\(folder)/.."), "\(folder)/card.md")
        if run.isBegun, let recipe = try? run.recipe(), recipe.name == manifest.name {
            return (.init(recipe.examples), "\(unsaid)by those of its run's recipe, \(run.path)/recipe.yaml")
        }
        if let recipe = recipe(ofCard: card), recipe.name == manifest.name {
            return (.init(recipe.examples), "\(unsaid)by those of the recipe in \(card)")
        }
        return (
            nil,
            "\(unsaid)neither the folder above it nor its card has a recipe of \(manifest.name.plain(limit: 60)), so that it is "
                + "by all that have a label and split val"
        )
    }

    /// nil where there is none, or somebody has written into it what is none.
    private static func recipe(ofCard file: String) -> Recipe? {
        guard let bytes = try? FileContents.read(file, maximum: FileContents.largestText),
            let text = String(validating: bytes, as: UTF8.self), let place = ModelCard.recipe(in: text)
        else { return nil }
        return try? Recipe(text: Array(text[place].utf8), in: file)
    }
}

extension Calibration.Groups {
    /// Of a recipe's examples.
    init(_ examples: Recipe.Examples) {
        self.init(alerts: examples.alerts, curves: examples.curves, spectra: examples.spectra)
    }
}
