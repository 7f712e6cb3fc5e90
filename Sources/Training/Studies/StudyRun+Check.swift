internal import DataSets

extension StudyRun {
    /// Refuses a study of which any cell cannot be: before the first, and not after hours.
    static func check(
        _ study: Study,
        _ cells: [StudyCell],
        _ objects: ObjectData,
        _ digest: String,
        _ labels: TrainingLabels
    ) throws {
        var known: Set<String> = []
        for cell in cells {
            let recipe = try study.variant(of: cell).recipe
            for phase in cell.isPretrained ? [TrainingRun.Phase.pretraining, .finetuning] : [.finetuning] {
                let isPretraining = phase == .pretraining
                // What differs in neither seeds nor starts has the same objects.
                let part = isPretraining ? "" : "\(cell.fraction) \(cell.draw)"
                guard known.insert("\(cell.variant) \(cell.fold ?? -1) \(phase) \(part)").inserted else { continue }
                var options = TrainingRun.Options(phase: phase, folder: "", seed: cell.seed, threads: 1)
                (options.fold, options.labels) = (cell.fold, isPretraining ? nil : cell.labels)
                do { _ = try RunObjects(recipe, objects, digest: digest, options) } catch let fault as RunFolder.Fault {
                    let title = isPretraining ? "pre-training of \(cell.place)" : cell.title
                    throw RunFolder.Fault(description: "\(title): \(fault.description)")
                }
            }
            guard !EvaluatedObjects(objects.data, labels, split: .test, fold: cell.fold).objects.isEmpty else {
                throw RunFolder.Fault(
                    description:
                        "\(cell.title): \(objects.data.description.name) has no object "
                        + (cell.fold.map { "of fold \($0)" } ?? "of split test, and the study names no folds")
                        + " with a class of its recipe to ask about"
                )
            }
        }
    }
}
