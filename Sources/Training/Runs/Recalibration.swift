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
        /// By what all temperatures were multiplied.
        package var factor: Double
        package var thresholds: [Float]
        /// Share of all alerts that the first level decides, and share of those that is right.
        package var decided: Double
        package var right: Double
    }

    /// Fits and writes.
    ///
    /// - Parameter folds: folder of the model of each fold, in their order.
    /// - Throws: `ModelError` where a folder is no model; `RunFolder.Fault` where a fold has no alerts that can be answered.
    package static func run(model folder: String, folds: [String], _ data: DataSet, threads: Int) throws -> Outcome {
        let model = try Model(folder: folder)
        var answers: [Scores.Answer] = []
        for (fold, path) in folds.enumerated() {
            let other = try Model(folder: path)
            guard other.taxonomy == model.taxonomy else {
                throw RunFolder.Fault(
                    description: "\(path) has another taxonomy than \(folder): train both by one recipe"
                )
            }
            let evaluation = try Evaluation(other, data, split: .test, fold: fold)
            answers += evaluation.scores(threads: threads).answers
        }
        let scores = Scores(TrainingLabels(model.taxonomy), answers)
        guard answers.count >= 20 else {
            throw RunFolder.Fault(
                description:
                    "\(answers.count) labelled alerts in \(folds.count) folds of \(data.description.name) are too few to "
                    + "calibrate by; 20 would do"
            )
        }
        let factor = CalibrationFit.factor(scores)
        let calibrated = CalibrationFit.tempered(scores, by: factor)
        // The gate holds for simulated looks and for real alerts.
        let fitted = CalibrationFit.thresholds(calibrated, model.taxonomy, gate: TrainingRun.gate)
        let thresholds = zip(model.manifest.decision.thresholds, fitted).map { max($0, $1) }
        try ModelBuilder.edit(folder: folder) { manifest in
            manifest.calibration.temperatures = manifest.calibration.temperatures.mapValues {
                $0.map { $0 * Float(factor) }
            }
            manifest.decision.thresholds = thresholds
        }
        return outcome(calibrated, factor, thresholds)
    }

    private static func outcome(_ scores: Scores, _ factor: Double, _ thresholds: [Float]) -> Outcome {
        let labels = scores.labels
        let first = labels.depths.indices.filter { labels.depths[$0] == 0 }
        var (decided, right) = (0.0, 0.0)
        for answer in scores.answers {
            guard let best = first.max(by: { scores.probability($0, answer) < scores.probability($1, answer) }),
                scores.probability(best, answer) >= Double(thresholds.first ?? 1)
            else { continue }
            decided += 1
            right += best == labels.firstLevel[answer.label] ? 1 : 0
        }
        return Outcome(
            alerts: scores.answers.count,
            factor: factor,
            thresholds: thresholds,
            decided: decided / Double(scores.answers.count),
            right: right / max(decided, 1)
        )
    }
}
