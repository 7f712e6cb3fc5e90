internal import Ground

/// How much labels and pre-training are worth, of a study's `tables.json`.
struct LabelCurves: Sendable, Hashable {
    /// How good one kind of model is by the part of the labels that it was trained on.
    struct Curve: Sendable, Hashable {
        struct Point: Sendable, Hashable {
            /// Of the training objects' labels, up to 1.
            var share: Double
            var balancedAccuracy: Double
            /// Over folds where there are several, else over repeats.
            var deviation: Double?
            var accuracy: Double
            /// Over repeats.
            var accuracyDeviation: Double?
        }

        var variant: String
        var modalities: String
        var isPretrained: Bool
        var points: [Point]
    }

    /// What pre-training changes at one part of the labels, object by object.
    struct Gain: Sendable, Hashable {
        /// With less without, and its 95 % interval.
        struct Change: Sendable, Hashable {
            var difference: Double
            var low: Double
            var high: Double
        }

        var variant: String
        var modalities: String
        var share: Double
        var objects: Int
        var balancedAccuracy: Change
        var accuracy: Change
        /// Of answers in which all classes count alike; nil in tables that were made before there were any.
        var corrected: Change?
    }

    /// The study's name.
    let study: String
    /// In the order of the table's rows.
    private(set) var curves: [Curve] = []
    /// In the order of the table's.
    private(set) var gains: [Gain] = []
    /// Gains that were written when they told of balanced accuracy alone: they are passed over.
    private(set) var olderGains = 0

    /// - Returns: nil where it is not what a study writes.
    /// - Throws: `RunFolder.Fault` naming a part of the labels that is none, and its value.
    init?(_ json: JSONValue) throws {
        guard let name = json["study"]?.text, case .array(let rows) = json["rows"], !rows.isEmpty else { return nil }
        study = name
        for (number, row) in rows.enumerated() {
            guard let variant = row["variant"]?.text, let modalities = row["modalities"]?.text,
                case .bool(let isPretrained) = row["pretrained"],
                let balanced = row["balancedAccuracy"], let mean = balanced["mean"]?.double,
                let accuracy = row["accuracy"], let meanAccuracy = accuracy["mean"]?.double,
                let share = try Self.share(row, "rows[\(number)]")
            else { return nil }
            let point = Curve.Point(
                share: share,
                balancedAccuracy: mean,
                deviation: row["foldDeviation"]?.double ?? balanced["deviation"]?.double,
                accuracy: meanAccuracy,
                accuracyDeviation: accuracy["deviation"]?.double
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
        guard case .array(let gains)? = json["gains"] else { return }
        for (number, gain) in gains.enumerated() {
            if gain["balancedAccuracy"] == nil, Gain.Change(gain) != nil {
                olderGains += 1
                continue
            }
            guard let found = try Gain(gain, "gains[\(number)]") else { return nil }
            self.gains.append(found)
        }
    }

    /// The part of the labels that a row is of; nil where it names none.
    ///
    /// - Throws: `RunFolder.Fault` where it is no part.
    fileprivate static func share(_ row: JSONValue, _ name: String) throws -> Double? {
        guard let share = row["labels"]?.double else { return nil }
        guard share > 0, share <= 1 else {
            throw RunFolder.Fault(
                description: "\(name).labels is \(share); a part of the labels above 0, and at most 1, must stand there"
            )
        }
        return share
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
                                    "deviation": .optional(point.deviation), "accuracy": .number(point.accuracy),
                                    "accuracyDeviation": .optional(point.accuracyDeviation),
                                ]
                            }
                        ),
                    ]
                }
            ),
            "gains": .array(gains.map(\.json)),
        ]
    }
}

extension LabelCurves.Gain {
    /// nil where it is no row of a study's gains.
    fileprivate init?(_ json: JSONValue, _ name: String) throws {
        guard let variant = json["variant"]?.text, let modalities = json["modalities"]?.text,
            let share = try LabelCurves.share(json, name), case .integer(let objects)? = json["objects"],
            let balanced = json["balancedAccuracy"].flatMap(Change.init),
            let accuracy = json["accuracy"].flatMap(Change.init)
        else { return nil }
        self.init(
            variant: variant,
            modalities: modalities,
            share: share,
            objects: Int(objects),
            balancedAccuracy: balanced,
            accuracy: accuracy,
            corrected: json["correctedBalancedAccuracy"].flatMap(Change.init)
        )
    }

    fileprivate var json: JSONValue {
        [
            "variant": .string(variant), "modalities": .string(modalities), "labels": .number(share),
            "objects": .integer(Int64(objects)), "balancedAccuracy": balancedAccuracy.json, "accuracy": accuracy.json,
            "correctedBalancedAccuracy": corrected?.json ?? .null,
        ]
    }
}

extension LabelCurves.Gain.Change {
    fileprivate init?(_ json: JSONValue) {
        guard let difference = json["difference"]?.double, let low = json["low"]?.double,
            let high = json["high"]?.double
        else { return nil }
        self.init(difference: difference, low: low, high: high)
    }

    fileprivate var json: JSONValue {
        ["difference": .number(difference), "low": .number(low), "high": .number(high)]
    }
}
