import DataSets
import Ground

/// A data set as `trifid dataset describe` prints it.
struct DatasetTable {
    private let data: DataSet
    private let summary: DataSetSummary

    init(_ data: DataSet) {
        self.data = data
        summary = DataSetSummary(data)
    }

    var lines: [String] {
        var lines = ["\(data.description.name): \(DatasetFolder.counts(data))"]
        if !data.description.description.isEmpty { lines.append(data.description.description) }
        if let clusters = summary.clusters { lines.append("\(clusters) objects on the sky (clusters)") }
        if let times = summary.times {
            lines.append("MJD \(Int(times.lowerBound)) to \(Int(times.upperBound))")
        }
        let splits = DataSetObject.Split.allCases.enumerated().filter { place, _ in
            summary.classes.contains { $0.splits[place] > 0 }
        }
        lines.append("")
        lines += Self.aligned(
            [
                ["class", "objects"] + splits.map { $1 == .none ? "no split" : $1.rawValue }
                    + ["light curve", "median points", "metadata", "spectrum"]
            ]
                + summary.classes.map { found in
                    [found.name, "\(found.objects)"] + splits.map { "\(found.splits[$0.offset])" }
                        + [
                            "\(found.withCurve)", "\(found.medianPoints)", "\(found.withFeatures)",
                            "\(found.withSpectrum)",
                        ]
                }
        )
        if !summary.bands.isEmpty {
            lines.append("")
            lines += Self.aligned(
                [["band", "nm", "points", "limits"]]
                    + summary.bands.map {
                        [$0.name, "\(Int($0.wavelength.rounded()))", "\($0.points)", "\($0.limits)"]
                    }
            )
        }
        if !summary.features.isEmpty {
            lines.append("")
            lines += Self.aligned(
                [["feature", "known", "none", "unit"]]
                    + zip(summary.features, data.description.features).map {
                        [$0.name, "\($0.known)", "\($0.none)", $1.unit]
                    }
            )
        }
        return lines
    }

    var json: JSONValue {
        let splits = DataSetObject.Split.allCases
        return [
            "name": .string(data.description.name), "objects": .integer(Int64(summary.objects)),
            "points": .integer(Int64(summary.points)), "spectra": .integer(Int64(summary.spectra)),
            "clusters": summary.clusters.map { .integer(Int64($0)) } ?? .null,
            "classes": .array(
                summary.classes.map { found in
                    [
                        "name": .string(found.name), "objects": .integer(Int64(found.objects)),
                        "splits": .object(
                            splits.enumerated().filter { found.splits[$0.offset] > 0 }.map {
                                JSONValue.Member($1 == .none ? "none" : $1.rawValue, .integer(Int64(found.splits[$0])))
                            }
                        ),
                        "lightCurves": .integer(Int64(found.withCurve)),
                        "medianPoints": .integer(Int64(found.medianPoints)),
                        "metadata": .integer(Int64(found.withFeatures)),
                        "spectra": .integer(Int64(found.withSpectrum)),
                    ]
                }
            ),
            "bands": .array(
                summary.bands.map {
                    [
                        "name": .string($0.name), "wavelength": .number($0.wavelength),
                        "points": .integer(Int64($0.points)), "limits": .integer(Int64($0.limits)),
                    ]
                }
            ),
            "features": .array(
                summary.features.map {
                    ["name": .string($0.name), "known": .integer(Int64($0.known)), "none": .integer(Int64($0.none))]
                }
            ),
        ]
    }

    /// Columns of words, the first to the left, numbers to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        guard let first = rows.first else { return [] }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 || column == row.count - 1 && Int(text) == nil && text != first.last
                    ? text + (column == 0 ? space : "") : space + text
            }.joined(separator: "  ")
        }
    }
}
