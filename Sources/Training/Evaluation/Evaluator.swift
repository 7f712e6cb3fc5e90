package import AstroM3
internal import Ground
package import Sky

/// Answers of a model to many records, on several threads, as inference gives them.
package final class Evaluator {
    private let model: Model
    private let crew: WorkCrew
    private let workspaces: [ThreadConfined<InferenceWorkspace>]

    package init(_ model: Model, threads: Int) {
        self.model = model
        crew = WorkCrew(size: max(1, threads), name: "evaluate")
        workspaces = (0..<max(1, threads)).map { _ in ThreadConfined(InferenceWorkspace(model)) }
    }

    deinit { crew.stop() }

    /// The answers in the records' order.
    package func infer(_ records: [Record]) -> [Inference] {
        let size = 64
        let pieces = (records.count + size - 1) / size
        let results = Guarded([[Inference]?](repeating: nil, count: pieces))
        crew.run(pieces: pieces) { [model, workspaces] piece, thread in
            let part = Array(records[piece * size..<min(records.count, (piece + 1) * size)])
            let answers = model.infer(part, workspace: workspaces[thread].value)
            results.change { $0[piece] = answers }
        }
        return results.change { $0 }.flatMap { $0 ?? [] }
    }

    /// Scores of labelled examples; those without a label or without anything to see are left out.
    package func scores(_ examples: [Example], _ labels: TrainingLabels) -> Scores {
        let labelled = examples.filter { $0.label >= 0 }
        let answers = infer(labelled.map(\.record))
        let found = zip(labelled, answers).compactMap { example, answer -> Scores.Answer? in
            guard !answer.modalitySet.isEmpty else { return nil }
            return Scores.Answer(
                label: example.label,
                leaves: model.leafProbabilities(of: answer),
                points: answer.modalities.points,
                modalities: answer.modalitySet.description,
                object: example.object
            )
        }
        return Scores(labels, found)
    }
}
