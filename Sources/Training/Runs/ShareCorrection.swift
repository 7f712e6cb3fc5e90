package import AstroM3
package import DataSets
internal import Ground
internal import Plots
internal import Sky

/// A finished model for a stream in which classes are otherwise common than among the objects that it was calibrated by
/// (`ClassShares`).
///
/// Gates were fitted to what was common there, so that they must hold anew: each object by which the model is calibrated counts as
/// many times as its class is commoner in the stream, and a gate is raised where the share of wrong decisions would be more than
/// promised. None is lowered: those so far hold for real alerts too.
package enum ShareCorrection {
    /// What is expected.
    package enum Expected: Hashable, Sendable {
        /// A file of shares (`ClassSharesFile`).
        case file(String)
        /// All classes alike.
        case equal
    }

    /// What was changed.
    package struct Outcome: Sendable, Hashable {
        package var shares: ClassShares
        /// Answers by which the gates were fitted: objects of the validation split.
        package var objects: Int
        package var decision: DecisionRule
    }

    /// Brings a model to expected shares. Done again, it begins where it began.
    ///
    /// - Parameter data: the data set that the model was calibrated by.
    /// - Throws: `ModelError` where the folder is no model; `RecipeError` where the file of shares is none; `RunFolder.Fault` where
    ///   the model was not trained or the data set has nothing to calibrate by.
    package static func run(model folder: String, _ expected: Expected, _ data: DataSet, threads: Int) throws -> Outcome
    {
        let model = try trained(folder)
        let labels = TrainingLabels(model.taxonomy)
        if case .file(let file) = expected {
            // What is wrong in it is said before a minute's work, and not after.
            _ = try ClassSharesFile.read(file, model.taxonomy, calibrated: ClassSharesFile.equal(model.taxonomy))
        }
        let objects = try ObjectData(data)
        let unseen = ExamplePool(
            objects,
            labels: labels,
            Recipe.Examples(),
            .finetuning,
            split: .val,
            fold: model.manifest.fold
        )
        guard !unseen.isEmpty else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no object of split val with a class of the model: name the data set that it was "
                    + "trained by"
            )
        }
        let records = EvaluatedRecords(objects, labels)
        let answers = CalibrationAnswers(Evaluator(model, threads: threads), of: unseen.objects, records, labels)
        let before = model.manifest.calibration.shares
        let uncorrected = before.map { answers.multiplied(by: inverse($0.factors(model.taxonomy.classes))) } ?? answers
        let calibrated = shares(uncorrected.whole, model.taxonomy)
        let wanted: [String: Double] =
            switch expected {
            case .equal: ClassSharesFile.equal(model.taxonomy)
            case .file(let file): try ClassSharesFile.read(file, model.taxonomy, calibrated: calibrated)
            }
        let shares = ClassShares(
            calibrated: calibrated,
            expected: wanted,
            decision: before?.decision ?? model.manifest.decision
        )
        let factors = shares.factors(model.taxonomy.classes)
        let decision = Gates.rule(
            uncorrected.multiplied(by: factors).all,
            model.taxonomy,
            share: TrainingRun.gate,
            atLeast: shares.decision,
            importance: importance(labels, shares, model.taxonomy)
        )
        try write(folder, shares, decision, model.taxonomy)
        return Outcome(shares: shares, objects: uncorrected.whole.answers.count, decision: decision)
    }

    /// Shares for people, in per cent.
    package static func words(_ shares: ClassShares, _ taxonomy: Taxonomy) -> String {
        taxonomy.classes.map { name in
            let value = 100 * (shares.expected[name] ?? 0)
            return "\(name) \(value.fixed(value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : 4))"
        }.joined(separator: ", ")
    }

    /// Brings a model back to the shares that it was calibrated at; false where it answers by these already.
    package static func remove(model folder: String) throws -> Bool {
        let model = try trained(folder)
        guard let shares = model.manifest.calibration.shares else { return false }
        try write(folder, nil, shares.decision, model.taxonomy)
        return true
    }

    private static func trained(_ folder: String) throws -> Model {
        let model = try Model(folder: folder)
        guard model.manifest.training == .trained else {
            throw RunFolder.Fault(
                description:
                    "\(folder) is untrained: its answers mean nothing at any shares; train it first (trifid finetune)"
            )
        }
        return model
    }

    private static func write(
        _ folder: String,
        _ shares: ClassShares?,
        _ decision: DecisionRule,
        _ taxonomy: Taxonomy
    ) throws {
        // The card first: killed between the two, it says what the next run makes true.
        try ModelCard.tell(shares, decision, taxonomy, folder: folder)
        try ModelBuilder.edit(folder: folder) { manifest in
            manifest.calibration.shares = shares
            manifest.decision = decision
        }
    }

    private static func inverse(_ factors: [Float]) -> [Float] { factors.map { 1 / $0 } }

    /// The mean probability of each class: where labels stand at inner nodes too, there is nothing to count.
    private static func shares(_ scores: Scores, _ taxonomy: Taxonomy) -> [String: Double] {
        var sums = [Double](repeating: 0, count: taxonomy.classes.count)
        for answer in scores.answers {
            for (place, value) in answer.leaves.enumerated() { sums[place] += Double(value) }
        }
        let whole = max(1, sums.reduce(0, +))
        return Dictionary(
            uniqueKeysWithValues: zip(taxonomy.classes, sums).map { ($0, min(1, max(ClassShares.least, $1 / whole))) }
        )
    }

    /// How many objects of the stream one with a label stands for, by the label's number.
    private static func importance(
        _ labels: TrainingLabels,
        _ shares: ClassShares,
        _ taxonomy: Taxonomy
    ) -> [Double] {
        func sum(_ leaves: [Int], _ of: [String: Double]) -> Double {
            leaves.reduce(0) { $0 + (of[taxonomy.classes[$1]] ?? 0) }
        }
        return labels.leaves.map { sum($0, shares.expected) / max(sum($0, shares.calibrated), ClassShares.least) }
    }
}
