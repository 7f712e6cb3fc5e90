internal import AstroM3
package import DataSets
internal import Ground

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
        var answers: [[Scores.Answer]] = []
        for (fold, path) in folds.enumerated() {
            let other = try Model(folder: path)
            guard other.taxonomy == model.taxonomy else {
                throw RunFolder.Fault(
                    description: "\(path) has another taxonomy than \(folder): train both by one recipe"
                )
            }
            let evaluation = try Evaluation(other, data, split: .test, fold: fold)
            answers.append(evaluation.scores(threads: threads).answers)
        }
        let count = answers.reduce(0) { $0 + $1.count }
        guard count >= 20 else {
            throw RunFolder.Fault(
                description:
                    "\(count) labelled alerts in \(folds.count) folds of \(data.description.name) are too few to "
                    + "calibrate by; 20 would do"
            )
        }
        let known = model.manifest.decision.thresholds
        let fit = Fit(Scores(labels, answers.flatMap(\.self)), known, model.taxonomy)
        try ModelBuilder.edit(folder: folder) { manifest in
            // Sets of modalities that no alert has shown stay as other objects have it.
            for set in Set(answers.flatMap { $0.map(\.modalities) }) {
                let known = manifest.calibration.temperatures[set]
                let bins = known ?? [Float](repeating: 1, count: manifest.calibration.pointBins.count + 1)
                manifest.calibration.temperatures[set] = bins.map { $0 * Float(fit.factor) }
            }
            manifest.decision.thresholds = fit.thresholds
        }
        let decisions = decisions(answers, labels, known, model.taxonomy)
        let outcome = Outcome(
            alerts: count,
            factor: fit.factor,
            thresholds: fit.thresholds,
            decided: Double(decisions.decided) / Double(count),
            right: Double(decisions.right) / Double(max(decisions.decided, 1))
        )
        try ModelCard.recalibrate(folder: folder, outcome)
        return outcome
    }

    /// A factor of the temperatures and thresholds.
    private struct Fit {
        let factor: Double
        let thresholds: [Float]

        /// The gate holds for simulated looks, by the thresholds so far, and for real alerts.
        init(_ scores: Scores, _ known: [Float], _ taxonomy: Taxonomy) {
            factor = CalibrationFit.factor(scores)
            let fitted = CalibrationFit.thresholds(
                CalibrationFit.tempered(scores, by: factor),
                taxonomy,
                gate: TrainingRun.gate
            )
            thresholds = zip(known, fitted).map { max($0, $1) }
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
