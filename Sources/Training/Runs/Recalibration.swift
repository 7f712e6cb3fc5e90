package import AstroM3
package import DataSets
internal import Ground
internal import Sky

/// Temperatures and gates of a finished model after real alerts: each answered by the model that has not seen it, out of
/// models that were trained like this one with a fold of the alerts left out.
package enum Recalibration {
    /// What was changed.
    package struct Outcome: Sendable, Hashable {
        /// Alerts that were answered.
        package var alerts: Int
        /// By what the temperatures of the alerts' sets of modalities were multiplied.
        package var factor: Double
        package var decision: DecisionRule
        /// What is decided of the alerts, those of each fold by a fit to the others; the gates are those of all.
        package var decisions: Decisions
    }

    /// Refuses what no data set would make good: folders that hold no models, and models that do not belong together.
    ///
    /// - Throws: as `run` does.
    package static func check(model folder: String, folds: [String]) throws {
        let model = try Model(folder: folder)
        try checkShares(model, folder)
        for (fold, path) in folds.enumerated() { _ = try foldModel(path, fold, of: model, folder) }
    }

    /// Fits and writes.
    ///
    /// - Parameter folds: folder of the model of each fold, in their order.
    /// - Throws: `ModelError` where a folder is no model, or the model was changed meanwhile; `RunFolder.Fault` where a fold has no
    ///   alerts that can be answered.
    package static func run(model folder: String, folds: [String], _ data: DataSet, threads: Int) throws -> Outcome {
        let model = try Model(folder: folder)
        try checkShares(model, folder)
        let labels = TrainingLabels(model.taxonomy)
        let count = data.objects.reduce(0) { max($0, ($1.fold ?? -1) + 1) }
        guard folds.count == count, count > 1 else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has \(count) folds and \(folds.count) models are named: one for each will do, of two "
                    + "folds at least"
            )
        }
        var answers: [[Scores.Answer]] = []
        for (fold, path) in folds.enumerated() {
            let other = try foldModel(path, fold, of: model, folder)
            let evaluation = try Evaluation(other, data, split: .test, fold: fold)
            answers.append(byCluster(evaluation.scores(threads: threads).answers, data))
        }
        let alerts = answers.reduce(0) { $0 + $1.count }
        guard alerts >= 20 else {
            throw RunFolder.Fault(
                description:
                    "\(alerts) labelled alerts in \(folds.count) folds of \(data.description.name) are too few to "
                    + "calibrate by; 20 would do"
            )
        }
        // Run again, it begins where it began: the fit is to what training has left.
        let start =
            model.manifest.calibration.before
            ?? Calibration.Before(
                temperatures: model.manifest.calibration.temperatures,
                decision: model.manifest.decision
            )
        let scores = Scores(labels, answers.flatMap(\.self))
        let fit = Fit(scores, start.decision)
        let shares = CalibrationFit.tempered(scores, by: fit.factor).picked(\.hasContext).shares(model.taxonomy)
        let outcome = Outcome(
            alerts: alerts,
            factor: fit.factor,
            decision: fit.decision,
            decisions: Decisions(
                decided(answers, labels, start.decision),
                fit.decision,
                model.taxonomy
            )
        )
        try ModelCard.recalibrate(folder: folder, outcome, model.taxonomy) {
            try ModelBuilder.edit(folder: folder, ifStill: model.checksum) { manifest in
                manifest.calibration.temperatures = start.temperatures
                manifest.calibration.before = start
                manifest.calibration.alertShares = shares
                // Sets that no alert has shown stay as other objects have it.
                let calibration = manifest.calibration
                for shown in Set(answers.flatMap { $0.map(Shown.init) }) {
                    guard let set = ModalitySet(name: shown.modalities) else { continue }
                    let bins = calibration.temperatures(of: set, hasContext: shown.hasContext)
                    let name = Calibration.name(set, hasContext: shown.hasContext)
                    manifest.calibration.temperatures[name] = bins.map { $0 * Float(fit.factor) }
                }
                manifest.decision = fit.decision
            }
        }
        return outcome
    }

    /// The model of a fold, trained like the one whose place it takes.
    private static func foldModel(_ path: String, _ fold: Int, of model: Model, _ folder: String) throws -> Model {
        let other = try Model(folder: path)
        try checkShares(other, path)
        guard other.manifest.fold == fold else {
            throw RunFolder.Fault(
                description:
                    "\(path) "
                    + (other.manifest.fold.map { "was trained without fold \($0)" } ?? "was trained on all folds")
                    + ", and stands in the place of fold \(fold): name the model of each fold (finetune --fold), fold 0 first"
            )
        }
        guard other.taxonomy == model.taxonomy else {
            throw RunFolder.Fault(
                description: "\(path) has another taxonomy than \(folder): train both by one recipe"
            )
        }
        try FoldModel(folder: path, manifest: other.manifest)
            .check(against: FoldModel(folder: folder, manifest: model.manifest))
        return other
    }

    /// Refuses answers at other shares of the classes than those of training.
    private static func checkShares(_ model: Model, _ folder: String) throws {
        guard model.manifest.calibration.shares != nil else { return }
        throw RunFolder.Fault(
            description:
                "\(folder) answers for a stream with other shares of classes: take them out first (trifid calibrate --model "
                + "\(folder) --shares calibrated), and give them again afterwards"
        )
    }

    /// Answers numbered by the object on the sky: several alerts of one are not so many objects.
    private static func byCluster(_ answers: [Scores.Answer], _ data: DataSet) -> [Scores.Answer] {
        answers.map { answer in
            var answer = answer
            answer.object = data.objects[answer.object].cluster ?? -1 - answer.object
            return answer
        }
    }

    /// What an answer rested on.
    private struct Shown: Hashable {
        let modalities: String
        let hasContext: Bool

        init(_ answer: Scores.Answer) { (modalities, hasContext) = (answer.modalities, answer.hasContext) }
    }

    /// A factor of the temperatures, and gates.
    struct Fit {
        let factor: Double
        let decision: DecisionRule

        /// The gates hold for simulated looks, by those so far, and for real alerts, where enough of them arrive at a branch.
        init(_ scores: Scores, _ known: DecisionRule) {
            factor = CalibrationFit.factor(scores)
            decision = Gates.rule(
                CalibrationFit.tempered(scores, by: factor),
                share: TrainingRun.gate,
                atLeast: known
            )
        }
    }

    /// The answers with what is decided of them, those of each fold by a fit to the others.
    static func decided(
        _ answers: [[Scores.Answer]],
        _ labels: TrainingLabels,
        _ known: DecisionRule
    ) -> Scores {
        let tree = labels.tree
        let decided = answers.indices.flatMap { fold in
            let others = answers.indices.filter { $0 != fold }.flatMap { answers[$0] }
            let fit = Fit(Scores(labels, others), known)
            return CalibrationFit.tempered(Scores(labels, answers[fold]), by: fit.factor).answers.map { answer in
                var answer = answer
                answer.decision = tree.path(tree.nodeProbabilities(answer.leaves), fit.decision).last
                return answer
            }
        }
        return Scores(labels, decided)
    }
}
