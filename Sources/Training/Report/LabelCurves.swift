internal import Ground

/// How much labels and pre-training are worth, of a study's `tables.json`.
struct LabelCurves: Sendable, Hashable {
    /// Balanced accuracy of one kind of model by the part of the labels that it was trained on.
    struct Curve: Sendable, Hashable {
        struct Point: Sendable, Hashable {
            /// Of the training objects' labels, up to 1.
            var share: Double
            var balancedAccuracy: Double
            /// Over folds where there are several, else over repeats.
            var deviation: Double?
        }

        var variant: String
        var modalities: String
        var isPretrained: Bool
        var points: [Point]
    }

    /// The study's name.
    let study: String
    /// In the order of the table's rows.
    private(set) var curves: [Curve] = []

    /// - Returns: nil where it is not what a study writes.
    init?(_ json: JSONValue) {
        guard let name = json["study"]?.text, case .array(let rows) = json["rows"], !rows.isEmpty else { return nil }
        study = name
        for row in rows {
            guard let variant = row["variant"]?.text, let modalities = row["modalities"]?.text,
                case .bool(let isPretrained) = row["pretrained"], let share = row["labels"]?.double, share > 0,
                let balanced = row["balancedAccuracy"], let mean = balanced["mean"]?.double
            else { return nil }
            let point = Curve.Point(
                share: share,
                balancedAccuracy: mean,
                deviation: row["foldDeviation"]?.double ?? balanced["deviation"]?.double
            )
            let place = curves.firstIndex {
                $0.variant == variant && $0.modalities == modalities && $0.isPretrained == isPretrained
            }
            if let place {
                curves[place].points.append(point)
            } else {
                curves.append(
                    Curve(variant: variant, modalities: modalities, isPretrained: isPretrained, points: [point])
                )
            }
        }
        for place in curves.indices { curves[place].points.sort { $0.share < $1.share } }
    }

    /// For `report.json`.
    var json: JSONValue {
        [
            "study": .string(study),
            "curves": .array(
                curves.map { curve in
                    [
                        "variant": .string(curve.variant), "modalities": .string(curve.modalities),
                        "pretrained": .bool(curve.isPretrained),
                        "points": .array(
                            curve.points.map { point in
                                [
                                    "labels": .number(point.share),
                                    "balancedAccuracy": .number(point.balancedAccuracy),
                                    "deviation": point.deviation.map { .number($0) } ?? .null,
                                ]
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}
