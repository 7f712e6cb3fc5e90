package import AstroM3
package import DataSets
internal import Glibc
package import Ground
internal import Sky

/// A model on the objects of a split or of a fold.
package struct Evaluation: Sendable {
    private let model: Model
    private let data: DataSet
    private let labels: TrainingLabels
    private let examples: [Example]
    private let name: String

    /// - Parameters:
    ///   - fold: the labelled alerts of a fold, or the objects of a set that is in folds; nil: the split.
    ///   - firstPoints: light curves are cut after so many detections; nil: they are whole.
    /// - Throws: `DataSetProblem` where a spectrum's file cannot be read.
    package init(
        _ model: Model,
        _ data: DataSet,
        split: DataSetObject.Split,
        fold: Int? = nil,
        firstPoints: Int? = nil
    ) throws {
        self.model = model
        self.data = data
        let labels = TrainingLabels(model.taxonomy)
        self.labels = labels
        let objects = try ObjectData(data)
        let pool = ExamplePool(objects, labels: labels, Recipe.Examples(), .evaluation)
        let draw = ExampleDraw(objects, labels: labels, Recipe.Examples(), .evaluation, pool: pool)
        let hasAlerts = data.objects.contains(where: \.hasPacket)
        let chosen = data.objects.indices.filter { number in
            let object = data.objects[number]
            guard labels.number(of: object.node) != nil else { return false }
            guard let fold else { return object.split == split && !object.hasAlert }
            // A packet that its source has altered has a label and nothing to see.
            let isEmpty = object.hasPacket && data.lightCurves.ranges[number].isEmpty
            return object.fold == fold && object.hasPacket == hasAlerts && !isEmpty
        }
        examples = chosen.map { number in
            var generator = SplitMix64(seed: 0)
            var example = draw.example(of: number, &generator)
            if let firstPoints { example.record.cut(after: firstPoints) }
            return example
        }
        name = fold.map { "fold \($0)" } ?? split.rawValue
    }

    /// The answers and how good they are.
    package func scores(threads: Int) -> Scores { Evaluator(model, threads: threads).scores(examples, labels) }

    /// The whole of it as `trifid evaluate --json` prints it: the deepest labelled nodes, and the first level of the tree.
    package func json(_ scores: Scores) -> JSONValue {
        let sets = Set(scores.answers.map(\.modalities)).sorted()
        let head: [JSONValue.Member] = [
            .init("model", .string(model.manifest.name)), .init("version", .string(model.manifest.fullVersion)),
            .init("data", .string(data.description.name)), .init("split", .string(name)),
        ]
        let rest: JSONValue = [
            "firstLevel": scores.firstLevel.json,
            "byModalities": .object(
                sets.map { set in .init(set, scores.picked { $0.modalities == set }.firstLevel.json) }
            ),
            "byPoints": .object(
                Self.bins.map { bin in
                    .init(
                        "\(bin.lowerBound)-\(bin.upperBound)",
                        scores.picked { bin.contains($0.points) }.firstLevel.json
                    )
                }
            ),
        ]
        guard case .object(let members) = rest else { return rest }
        return .object(head + scores.ofLabels.members + members)
    }

    private static let bins = [1...1, 2...3, 4...7, 8...15, 16...31, 32...63, 64...1000]

    /// The same for people.
    package func table(_ scores: Scores) -> [String] {
        var lines = ["\(model.manifest.name) \(model.manifest.fullVersion) on \(data.description.name), \(name)"]
        for (title, level) in [("first level", scores.firstLevel), ("labels", scores.ofLabels)] {
            lines.append("")
            lines.append(
                "\(title): \(level.count) objects, accuracy \(Self.text(level.accuracy)), balanced "
                    + "\(Self.text(level.balancedAccuracy)), macro-F1 \(Self.text(level.macroF1)), "
                    + "surest 75 % \(Self.text(level.surest))"
            )
            for name in level.names {
                let cells = [
                    name.padded(to: 20), String(level.counts[name] ?? 0).padded(to: 7),
                    "recall \(Self.text(level.recall[name] ?? 0))",
                    "precision \(Self.text(level.precision[name] ?? 0))",
                ]
                lines.append("  " + cells.joined(separator: " "))
            }
        }
        return lines
    }

    /// One line an answer.
    package func lines(_ scores: Scores) -> [JSONValue] {
        scores.answers.map { answer in
            [
                "object": .string(data.objects[answer.object].name), "label": .string(labels.names[answer.label]),
                "points": .integer(Int64(answer.points)), "modalities": .string(answer.modalities),
                "probabilities": .object(
                    labels.names.enumerated().map { .init($1, .number(scores.probability($0, answer))) }
                ),
            ]
        }
    }

    private static func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Record {
    /// What was known at an object's so many-th detection.
    mutating func cut(after detections: Int) {
        var count = 0
        guard
            let last = lightCurve.points.firstIndex(where: {
                count += $0.kind == .detection ? 1 : 0
                return count == detections
            })
        else { return }
        lightCurve.points.removeSubrange((last + 1)...)
        alert.mjd = lightCurve.points[last].mjd
    }
}
