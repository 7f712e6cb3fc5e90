internal import AstroM3
package import DataSets
package import Ground
internal import Sky

/// What fine-tuning sees of a data set: examples as a recipe draws them, each as a row of what could tell the survey instead of
/// the sky (number, span and gaps of the points, bands, brightness, noise, what is missing). A classifier of these columns alone
/// says how much of a class a model can guess without looking at the object.
package struct DrawnExamples {
    /// Names of the columns of `row`.
    package let columns: [String]

    private let objects: ObjectData
    private let labels: TrainingLabels
    /// What is told apart first.
    private let level: LabelLevel
    private let pool: ExamplePool
    private let draw: ExampleDraw
    private let names: [String]

    /// - Throws: `RecipeError`, `TaxonomyFile`'s errors, `RunFolder.Fault` where the data set has nothing to train on, or neither the fold nor the
    ///   features that are asked for.
    package init(_ recipe: Recipe, _ data: DataSet, fold: Int?) throws {
        try RunObjects.checkInputs(recipe, data, fold: fold)
        objects = try ObjectData(data)
        let tree = try TaxonomyFile.read(of: recipe)
        labels = TrainingLabels(tree.taxonomy)
        level = labels.firstLevelOfChoice
        pool = ExamplePool(objects, labels: labels, recipe.examples, .finetuning, fold: fold)
        guard !pool.isEmpty else {
            throw RunFolder.Fault(description: "\(data.description.name) has no object to train on")
        }
        draw = ExampleDraw(
            objects,
            labels: labels,
            rules: tree.draws,
            recipe.examples,
            .finetuning,
            pool: pool
        )
        names = data.features.names.filter(recipe.model.features.contains)
        columns =
            [
                "object", "source", "node", "level", "points", "detections", "span", "gap", "bands", "wavelength",
                "magnitude",
            ]
            + ["error", "total", "difference", "spectrum"] + names.map { "has_\($0)" }
    }

    /// The cells of one draw in the order of `columns`, as CSV; a number that is not known is empty.
    package func row(_ generator: inout SplitMix64) -> [String] {
        let object = pool.draw(&generator)
        let example = draw.example(of: object, &generator)
        let entry = objects.data.objects[object]
        let place = example.label < 0 ? nil : level.places[example.label]
        let branch = place.map { labels.names[level.nodes[$0]] } ?? ""
        let known = Set(
            example.record.metadata.map { row in zip(row.names, row.values).filter { !$1.isNaN }.map(\.0) } ?? []
        )
        return [entry.name, entry.folder, entry.node, branch].map(Self.quoted)
            + Self.curve(example.record.lightCurve.points)
            + [example.record.spectrum == nil ? "0" : "1"]
            + names.map { name in known.contains(name) ? "1" : "0" }
    }

    /// A text as a cell of CSV (RFC 4180): a name may have a comma in it.
    static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func curve(_ points: [LightCurve.Point]) -> [String] {
        let detections = points.filter { $0.kind != .upperLimit }
        let times = detections.map(\.mjd)
        let gaps = zip(times.dropFirst(), times).map { Float($0 - $1) }
        let wavelengths = detections.map(\.wavelength)
        let fluxes = detections.map { abs($0.totalFlux.isFinite ? $0.totalFlux : $0.flux) }
        let errors = detections.map { abs($0.fluxErr / ($0.totalFlux.isFinite ? $0.totalFlux : $0.flux)) }
        let brightness = median(fluxes).map { Float(ABMagnitude.of(Double($0))) }
        return [
            "\(points.count)", "\(detections.count)", text(times.last.map { Float($0 - times[0]) }), text(median(gaps)),
            "\(Set(wavelengths).count)", text(median(wavelengths)), text(brightness), text(median(errors)),
            detections.contains { $0.totalFlux.isFinite } ? "1" : "0",
            detections.contains { $0.flux.isFinite } ? "1" : "0",
        ]
    }

    private static func median(_ values: [Float]) -> Float? {
        let known = values.filter(\.isFinite).sorted()
        return known.isEmpty ? nil : known[known.count / 2]
    }

    private static func text(_ value: Float?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "" }
}
