package import AstroM3
package import DataSets
package import Ground
internal import Plots

/// A model on the objects of a split or of a fold.
package struct Evaluation: Sendable {
    package let model: Model
    package let data: DataSet
    let labels: TrainingLabels
    /// What is tested, and what not and why.
    package private(set) var tested: EvaluatedObjects
    let records: EvaluatedRecords
    /// What is to be said where the model answers for a stream.
    package let shares: StreamShares?
    private let look: EvaluationLook

    /// - Parameters:
    ///   - isCorrected: whether the model that is given answers by the shares of a stream, where it knows any.
    ///   - fold: the labelled alerts of a fold, or the objects of a set that is in folds; nil: the split.
    ///   - look: what the model sees of each.
    /// - Throws: `DataSetProblem` where a spectrum's file cannot be read.
    package init(
        _ model: Model,
        _ data: DataSet,
        split: DataSetObject.Split,
        fold: Int? = nil,
        look: EvaluationLook = EvaluationLook(),
        isCorrected: Bool = true
    ) throws {
        self.model = model
        shares = StreamShares(model.manifest, isCorrected: isCorrected)
        self.data = data
        self.look = look
        labels = TrainingLabels(model.taxonomy)
        records = try EvaluatedRecords(data, labels)
        tested = EvaluatedObjects(data, labels, split: split, fold: fold)
    }

    /// When the model that is asked decides.
    var decision: DecisionRule {
        guard let shares, !shares.isCorrected else { return model.manifest.decision }
        return shares.known.decision
    }

    /// The answers and how good they are.
    package func scores(threads: Int) -> Scores { scores(of: [look], threads: threads)[0] }

    /// Those to several looks, in one pass over the objects.
    func scores(of looks: [EvaluationLook], threads: Int) -> [Scores] {
        let found = Evaluator(model, threads: threads).answers(
            count: tested.objects.count,
            looks: looks,
            derived: records.derived,
            record: { [records, tested] in records.record(tested.objects[$0]) },
            keep: { [model, labels, records, tested] place, answer in
                let object = tested.objects[place]
                return Scores.Answer(answer, of: model, labels, label: records.label(object), object: object)
            }
        )
        return looks.indices.map { look in Scores(labels, found.compactMap { $0[look] }) }
    }

    /// What is tested, with how many of the objects the model had nothing to see of.
    package func tested(_ scores: Scores) -> EvaluatedObjects {
        var tested = tested
        tested.add(withNothingToSee: tested.objects.count - scores.answers.count)
        return tested
    }

    /// The head of every output: model, version, data, split, what was hidden, and for which stream it answers.
    package var head: [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("model", .string(model.manifest.name)), .init("version", .string(model.manifest.fullVersion)),
            .init("data", .string(data.description.name)), .init("split", .string(tested.name)),
        ]
        if !look.description.isEmpty { members.append(.init("look", .string(look.description))) }
        if let shares { members.append(.init("shares", shares.json)) }
        return members
    }

    /// The whole of it as `trifid evaluate --json` prints it: the deepest labelled nodes, and the first level of the tree.
    package func json(_ scores: Scores) -> JSONValue {
        let first = labels.firstLevelOfChoice.among(scores.answers)
        let sets = Set(scores.answers.map(\.modalities)).sorted()
        let rest: [JSONValue.Member] = [
            .init("leftOut", tested(scores).json), .init("firstLevel", scores.level(first).json),
            .init(
                "byModalities",
                .object(
                    sets.map { set in .init(set, scores.picked { $0.modalities == set }.level(first).json) }
                )
            ),
            .init(
                "byPoints",
                .object(
                    Self.bins.map { bin in
                        .init(
                            "\(bin.lowerBound)-\(bin.upperBound)",
                            scores.picked { bin.contains(points(of: $0)) }.level(first).json
                        )
                    }
                )
            ),
        ]
        return .object(head + scores.ofLabels.members + rest)
    }

    private static let bins = [1...1, 2...3, 4...7, 8...15, 16...31, 32...63, 64...127, 128...10_000_000]

    /// Points of the light curve that was looked at, of which the model may have taken some.
    private func points(of answer: Scores.Answer) -> Int {
        guard answer.points > 0, look.cut == .whole else { return answer.points }
        return max(answer.points, data.lightCurves.ranges[answer.object].count)
    }

    /// The same for people.
    package func table(_ scores: Scores) -> [String] {
        let look = look.description.isEmpty ? "" : ": \(look.description)"
        var lines = [
            "\(model.manifest.name) \(model.manifest.fullVersion) on \(data.description.name), \(tested.name)\(look)"
        ]
        if let shares { lines.append(shares.sentence) }
        if let sentence = tested(scores).sentence { lines.append(sentence) }
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
                    "recall \(Self.text(level.recall[name] ?? .nan))",
                    "precision \(Self.text(level.precision[name] ?? .nan))",
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
                "decision": .optional(answer.decision.map { labels.names[$0] }),
                "probabilities": .object(
                    labels.names.enumerated().map { .init($1, .number(scores.probability($0, answer))) }
                ),
                "logits": .object(
                    zip(model.taxonomy.classes, answer.logits).map { .init($0, .number(Double($1))) }
                ),
            ]
        }
    }

    private static func text(_ value: Double) -> String { value.fixed(3) }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
