internal import AstroM3
package import DataSets
internal import Ground
internal import Sky

/// Temperatures and thresholds of a finished model after real alerts: each answered by the model that has not seen it, out of
/// models that were trained like this one with a fold of the alerts left out.
package enum Recalibration {
    /// What was changed.
    package struct Outcome: Sendable, Hashable {
        /// Alerts that were answered.
        package var alerts: Int
        /// By what the temperatures of the alerts' sets of modalities were multiplied.
        package var factor: Double
        package var thresholds: [Float]
        /// Share of all alerts that the first level decides, and share of those that is right, each fold by a fit to the others.
        package var decided: Double
        package var right: Double
    }

    /// Fits and writes.
    ///
    /// - Parameter folds: folder of the model of each fold, in their order.
    /// - Throws: `ModelError` where a folder is no model; `RunFolder.Fault` where a fold has no alerts that can be answered.
    package static func run(model folder: String, folds: [String], _ data: DataSet, threads: Int) throws -> Outcome {
        let model = try Model(folder: folder)
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
            let other = try Model(folder: path)
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
            let evaluation = try Evaluation(other, data, split: .test, fold: fold)
            answers.append(evaluation.scores(threads: threads).answers)
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
                thresholds: model.manifest.decision.thresholds
            )
        let known = start.thresholds
        let fit = Fit(Scores(labels, answers.flatMap(\.self)), known, model.taxonomy)
        let decisions = decisions(answers, labels, known, model.taxonomy)
        let outcome = Outcome(
            alerts: alerts,
            factor: fit.factor,
            thresholds: fit.thresholds,
            decided: Double(decisions.decided) / Double(alerts),
            right: Double(decisions.right) / Double(max(decisions.decided, 1))
        )
        // The card first: killed between the two, it says what the next run makes true.
        try ModelCard.recalibrate(folder: folder, outcome)
        try ModelBuilder.edit(folder: folder) { manifest in
            manifest.calibration.temperatures = start.temperatures
            manifest.calibration.before = start
            // Sets that no alert has shown stay as other objects have it.
            let calibration = manifest.calibration
            for shown in Set(answers.flatMap { $0.map(Shown.init) }) {
                guard let set = ModalitySet(name: shown.modalities) else { continue }
                let bins = calibration.temperatures(of: set, hasContext: shown.hasContext)
                let name = Calibration.name(set, hasContext: shown.hasContext)
                manifest.calibration.temperatures[name] = bins.map { $0 * Float(fit.factor) }
            }
            manifest.decision.thresholds = fit.thresholds
        }
        return outcome
    }

    /// What an answer rested on.
    private struct Shown: Hashable {
        let modalities: String
        let hasContext: Bool

        init(_ answer: Scores.Answer) { (modalities, hasContext) = (answer.modalities, answer.hasContext) }
    }

    /// A factor of the temperatures and thresholds.
    struct Fit {
        let factor: Double
        let thresholds: [Float]

        /// The gate holds for simulated looks, by the thresholds so far, and for real alerts, where enough of them speak of a level.
        init(_ scores: Scores, _ known: [Float], _ taxonomy: Taxonomy) {
            factor = CalibrationFit.factor(scores)
            let fitted = Gates.thresholds(
                CalibrationFit.tempered(scores, by: factor),
                taxonomy,
                share: TrainingRun.gate
            )
            thresholds = zip(known, fitted).map { max($0, $1 ?? 0) }
        }
    }

    /// How many alerts the first level decides, and how many rightly, those of each fold by a fit to the others.
    static func decisions(
        _ answers: [[Scores.Answer]],
        _ labels: TrainingLabels,
        _ known: [Float],
        _ taxonomy: Taxonomy
    ) -> (decided: Int, right: Int) {
        let first = labels.depths.indices.filter { labels.depths[$0] == 0 }
        var (decided, right) = (0, 0)
        for fold in answers.indices {
            let others = answers.indices.filter { $0 != fold }.flatMap { answers[$0] }
            let fit = Fit(Scores(labels, others), known, taxonomy)
            let scores = CalibrationFit.tempered(Scores(labels, answers[fold]), by: fit.factor)
            for answer in scores.answers {
                guard let best = first.max(by: { scores.probability($0, answer) < scores.probability($1, answer) }),
                    scores.probability(best, answer) >= Double(fit.thresholds.first ?? 1)
                else { continue }
                decided += 1
                right += best == labels.firstLevel[answer.label] ? 1 : 0
            }
        }
        return (decided, right)
    }
}
