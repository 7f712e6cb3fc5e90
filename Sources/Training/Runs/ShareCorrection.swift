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
/// promised, or closed where too few objects stand for too much, or none for a class that the stream has. None is lowered: those so
/// far hold for real alerts too. At what shares they hold for alerts is not known here: that takes answers of models that have not
/// seen the alerts (`Recalibration`).
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
        /// Whether answers to packets are corrected from the objects' shares, though the data set has labelled alerts.
        package var leavesAlertsOut: Bool
        /// What is to be said of the objects by which the gates were fitted.
        package var remark: String?

        /// Branches (nil: the first level) whose gates these shares have closed. Below a closed one nothing was decided before
        /// either, or nothing comes there now.
        package func closed(_ taxonomy: Taxonomy) -> [String?] {
            zip(shares.decision.gates(taxonomy), BranchGate.all(of: decision, taxonomy))
                .filter { before, now in before.gate < 1 && now.isClosed && now.isReached }.map { $1.node }
        }
    }

    /// Brings a model to expected shares. Done again, it begins where it began, and ends at the same bytes.
    ///
    /// - Parameter data: the data set that the model was calibrated by.
    /// - Throws: `ModelError` where the folder is no model; `RecipeError` where the file of shares is none; `RunFolder.Fault` where
    ///   the model was not trained or the data set has nothing to calibrate by.
    package static func run(model folder: String, _ expected: Expected, _ data: DataSet, threads: Int) throws -> Outcome
    {
        let model = try checked(folder, expected)
        let labels = TrainingLabels(model.taxonomy)
        let calibration = model.manifest.calibration
        let groups = CalibrationGroups(model.manifest, folder: folder)
        let answers = try validationAnswers(model, labels, data, groups.examples, threads: threads)
        let calibrated = answers.ofObjects.shares(model.taxonomy) ?? ClassSharesFile.equal(model.taxonomy)
        func wanted(_ calibrated: [String: Double]) throws -> [String: Double] {
            switch expected {
            case .equal: ClassSharesFile.equal(model.taxonomy)
            case .file(let file): try ClassSharesFile.read(file, model.taxonomy, calibrated: calibrated)
            }
        }
        let shares = ClassShares(
            calibrated: calibrated,
            expected: try wanted(calibrated),
            expectedOfAlerts: try calibration.alertShares.map(wanted),
            decision: calibration.shares?.decision ?? model.manifest.decision
        )
        let decision = decision(answers, shares, calibration, model.taxonomy)
        try write(folder, model.checksum, shares, decision, model.taxonomy)
        return Outcome(
            shares: shares,
            objects: answers.whole.answers.count,
            decision: decision,
            leavesAlertsOut: calibration.alertShares == nil && data.objects.contains(where: \.hasPacket),
            remark: groups.remark
        )
    }

    /// What is wrong with the model or the shares, told before a minute's work on the data.
    ///
    /// - Throws: as `run`.
    package static func check(model folder: String, _ expected: Expected) throws {
        _ = try checked(folder, expected)
    }

    private static func checked(_ folder: String, _ expected: Expected) throws -> Model {
        let model = try trained(folder)
        if case .file(let file) = expected {
            _ = try ClassSharesFile.read(file, model.taxonomy, calibrated: ClassSharesFile.equal(model.taxonomy))
        }
        let calibration = model.manifest.calibration
        guard calibration.before == nil || calibration.alertShares != nil || !calibration.knowsContext else {
            throw RunFolder.Fault(
                description:
                    "\(folder) was calibrated by labelled alerts before their shares were kept: calibrate it anew first (trifid calibrate "
                    + "--fold-model)"
            )
        }
        return model
    }

    private static func validationAnswers(
        _ model: Model,
        _ labels: TrainingLabels,
        _ data: DataSet,
        _ examples: Recipe.Examples,
        threads: Int
    ) throws -> CalibrationAnswers {
        let objects = try ObjectData(data)
        let unseen = ExamplePool(
            objects,
            labels: labels,
            examples,
            .finetuning,
            split: .val,
            fold: model.manifest.fold
        ).objects
        try check(unseen, data, labels)
        let records = EvaluatedRecords(objects, labels)
        return CalibrationAnswers(Evaluator(model, threads: threads), of: unseen, records, labels)
    }

    /// When a model decides at the shares of a stream.
    ///
    /// - Parameter answers: at the calibrated shares.
    static func decision(
        _ answers: CalibrationAnswers,
        _ shares: ClassShares,
        _ calibration: Calibration,
        _ taxonomy: Taxonomy
    ) -> DecisionRule {
        var calibration = calibration
        calibration.shares = shares
        let corrected = answers.multiplied { calibration.factors(taxonomy.classes, hasContext: $0) }
        return Gates.rule(
            corrected.all,
            share: TrainingRun.gate,
            atLeast: shares.decision,
            stream: Gates.Stream(
                importance: importance(answers.whole, shares, taxonomy),
                shares: taxonomy.classes.map { shares.expected[$0] ?? 0 }
            )
        )
    }

    /// Refuses a data set that says nothing of what the model tells apart first: another set's objects would have it believe that
    /// whole branches never come.
    private static func check(_ objects: [Int], _ data: DataSet, _ labels: TrainingLabels) throws(RunFolder.Fault) {
        let level = labels.firstLevelOfChoice
        let seen = Set(objects.compactMap { labels.number(of: data.objects[$0].node) }.compactMap { level.places[$0] })
        let missing = level.nodes.indices.filter { !seen.contains($0) }.map { labels.names[level.nodes[$0]] }
        guard missing.isEmpty else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no object of split val with a class of \(missing.joined(separator: ", ")), which "
                    + "the model tells apart first: name the data set that it was trained by"
            )
        }
    }

    /// The stream's shares for people, in per cent: where alerts have calibrated the model, theirs.
    package static func words(_ shares: ClassShares, _ taxonomy: Taxonomy) -> String {
        taxonomy.classes.map { name in
            let value = 100 * ((shares.expectedOfAlerts ?? shares.expected)[name] ?? 0)
            return "\(name) \(value.fixed(value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : 4))"
        }.joined(separator: ", ")
    }

    /// Brings a model back to the shares that it was calibrated at; false where it answers by these already.
    package static func remove(model folder: String) throws -> Bool {
        let manifest = try trained(folder).manifest
        guard let shares = manifest.calibration.shares else {
            // A run that was killed may have left its words.
            try ModelCard.tell(nil, manifest.decision, manifest.taxonomy, folder: folder)
            return false
        }
        try write(folder, manifest.checksum, nil, shares.decision, manifest.taxonomy)
        return true
    }

    /// Answering as it was calibrated.
    private static func trained(_ folder: String) throws -> Model {
        let model = try Model(folder: folder, isCorrected: false)
        guard model.manifest.training == .trained else {
            throw RunFolder.Fault(
                description:
                    "\(folder) is untrained: its answers mean nothing at any shares; train it first (trifid finetune)"
            )
        }
        return model
    }

    /// - Parameter checksum: of the model that the rest was worked out from.
    private static func write(
        _ folder: String,
        _ checksum: String,
        _ shares: ClassShares?,
        _ decision: DecisionRule,
        _ taxonomy: Taxonomy
    ) throws {
        try ModelCard.tell(shares, decision, taxonomy, folder: folder) {
            try ModelBuilder.edit(folder: folder, ifStill: checksum) { manifest in
                manifest.calibration.shares = shares
                manifest.decision = decision
            }
        }
    }

    /// How many objects of the stream one with a label stands for, by the label's number.
    private static func importance(_ scores: Scores, _ shares: ClassShares, _ taxonomy: Taxonomy) -> [Double] {
        let here = scores.labelShares(taxonomy)
        func sum(_ leaves: [Int], _ of: [String: Double]) -> Double {
            leaves.reduce(0) { $0 + (of[taxonomy.classes[$1]] ?? 0) }
        }
        return scores.labels.leaves.map { sum($0, shares.expected) / max(sum($0, here), ClassShares.least) }
    }
}
