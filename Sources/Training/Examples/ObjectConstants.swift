internal import AstroM3
package import DataSets
internal import Ground
internal import Sky

/// The constants of each object's whole light curve (`LightCurveConstants`), as a model computes them: for whoever trains something
/// else on the same numbers, to compare with.
package final class ObjectConstants {
    /// Names of the columns of `row`.
    package let columns: [String]

    private let records: EvaluatedRecords
    private let curves: LightCurveInput

    /// - Parameter names: constants, or groups of them (`alert`, `star`, `all`); none stands twice.
    /// - Throws: `RecipeError` for a name that there is not; what is wrong with the data set.
    package init(_ data: DataSet, names: [String]) throws {
        let all = names.flatMap { LightCurveConstants.groups[$0] ?? [$0] }
        if let unknown = all.first(where: { !LightCurveConstants.names.contains($0) }) {
            throw RecipeError(
                file: "--constants",
                line: nil,
                message: "'\(unknown.plain(limit: 60))' is no constant; there are "
                    + (LightCurveConstants.groups.keys.sorted() + LightCurveConstants.names).joined(separator: ", ")
            )
        }
        var seen: Set<String> = []
        let wanted = all.filter { seen.insert($0).inserted }
        records = try EvaluatedRecords(data, TrainingLabels(Taxonomy(nodes: [])))
        // What a row of points holds does not matter here.
        curves = LightCurveInput(
            PhotometryInput(
                channels: ["time"],
                timeEncoding: .logDays,
                positionalEncoding: .none,
                maximumPoints: 1,
                mean: [0],
                std: [1],
                constants: wanted.map { MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1) }
            ),
            PeriodCache(capacity: 1)
        )
        columns = ["object", "node", "split", "fold"] + wanted
    }

    /// The cells of an object in the order of `columns`, as CSV; a constant that cannot be told is empty. nil for one without a light
    /// curve.
    package func row(_ object: Int) -> [String]? {
        let record = records.record(object)
        guard !record.lightCurve.points.isEmpty else { return nil }
        let entry = records.objects.data.objects[object]
        return [
            DrawnExamples.quoted(entry.name), DrawnExamples.quoted(entry.node), entry.split.rawValue,
            entry.fold.map { "\($0)" } ?? "",
        ] + curves.constantValues(record).map { $0.isFinite ? "\($0)" : "" }
    }
}
