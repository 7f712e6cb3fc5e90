internal import Glibc
package import Sky

/// What the answers of a study's cells add up to.
///
/// Answers are compared at the deepest labelled nodes that occur in the study, the most probable of which is what a model says.
/// An answer to a set of modalities counts only for objects that have all of them. Figures are of a repeat (one seed and one
/// draw of labels) with its folds pooled, and their mean and deviation over the repeats.
package struct StudyTables: Sendable {
    /// A mean and the standard deviation over repeats; nil for one.
    package struct Spread: Sendable, Hashable {
        package var mean: Double
        package var deviation: Double?

        package init(_ values: [Double]) {
            mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
            guard values.count > 1 else { return }
            let squares = values.reduce(0) { [mean] in $0 + ($1 - mean) * ($1 - mean) }
            deviation = sqrt(squares / Double(values.count - 1))
        }
    }

    /// What tells the rows apart.
    package struct Setting: Sendable, Hashable {
        package var variant: String
        package var fraction: Double
        package var isPretrained: Bool
    }

    /// How good one kind of model is, seeing one set of modalities.
    package struct Row: Sendable, Hashable {
        package var setting: Setting
        package var modalities: ModalitySet
        package var objects: Int
        package var repeats: Int
        package var accuracy: Spread
        package var balancedAccuracy: Spread
        /// Of answers in which all classes count alike (`PriorCorrection`).
        package var correctedBalancedAccuracy: Spread
        /// Of the balanced accuracies of single folds, each the mean over the repeats.
        package var foldDeviation: Double?
        /// Mean over the repeats, by class.
        package var recall: [String: Double]
    }

    /// What pre-training changes, by a paired bootstrap (`PairedBootstrap`) over objects. The figures belong together: a network
    /// that has become surer of common classes gains accuracy and loses balanced accuracy, and whether it knows more is seen where
    /// both answer as if all classes were alike.
    package struct Gain: Sendable, Hashable {
        /// A figure of models without and with pre-training.
        package struct Change: Sendable, Hashable {
            package var without: Double
            package var with: Double
            package var difference: Double
            /// From the 2.5th to the 97.5th percentile.
            package var interval: ClosedRange<Double>
        }

        package var variant: String
        package var fraction: Double
        package var modalities: ModalitySet
        package var objects: Int
        package var balancedAccuracy: Change
        package var accuracy: Change
        /// Of answers in which all classes count alike (`PriorCorrection`).
        package var correctedBalancedAccuracy: Change
    }

    /// What one more modality changes in the answers of the same models to the same objects: those that have both sets.
    package struct Addition: Sendable, Hashable {
        package var setting: Setting
        package var before: ModalitySet
        package var after: ModalitySet
        package var objects: Int
        package var balancedBefore: Double
        package var balancedAfter: Double
        /// Of the smaller set's balanced accuracies over folds; over repeats where there is but one fold.
        package var deviation: Double?
        /// Whether the answers became worse by more than that.
        package var isLower: Bool? { deviation.map { balancedAfter < balancedBefore - $0 } }
    }

    package let classes: [String]
    package let cells: Int
    /// Whether the study tests folds, and not split `test`.
    let isInFolds: Bool
    package let rows: [Row]
    package let gains: [Gain]
    package let additions: [Addition]

    /// - Parameters:
    ///   - answers: of all cells of a grid.
    ///   - modalities: sets that rows and gains are made of.
    ///   - samples: of the bootstrap.
    package init(
        _ labels: TrainingLabels,
        _ answers: [(cell: StudyCell, answers: [StudyAnswer])],
        modalities: [ModalitySet],
        samples: Int
    ) {
        let verdicts = StudyVerdicts(labels, answers)
        classes = verdicts.classes
        cells = answers.count
        isInFolds = answers.contains { $0.cell.fold != nil }
        var (rows, gains, additions) = ([Row](), [Gain](), [Addition]())
        for setting in verdicts.settings {
            for set in modalities where !verdicts.objects(setting, set).isEmpty {
                rows.append(verdicts.row(setting, set))
            }
            for before in ModalitySet.allSubsets {
                for added in [ModalitySet.photometry, .spectrum, .metadata] where before.isDisjoint(with: added) {
                    let addition = verdicts.addition(setting, before, before.union(added))
                    if addition.objects > 0 { additions.append(addition) }
                }
            }
            var other = setting
            other.isPretrained = true
            guard !setting.isPretrained, verdicts.settings.contains(other) else { continue }
            for set in modalities {
                guard let gain = verdicts.gain(setting, other, set, samples: samples) else { continue }
                gains.append(gain)
            }
        }
        (self.rows, self.gains, self.additions) = (rows, gains, additions)
    }
}
