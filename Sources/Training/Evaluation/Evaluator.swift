package import AstroM3
internal import Ground
package import Sky

/// Answers of a model to many records, on several threads, as inference gives them.
package final class Evaluator {
    let model: Model
    private let crew: WorkCrew
    private let workspaces: [ThreadConfined<InferenceWorkspace>]

    package init(_ model: Model, threads: Int) {
        self.model = model
        crew = WorkCrew(size: max(1, threads), name: "evaluate")
        workspaces = (0..<max(1, threads)).map { _ in ThreadConfined(InferenceWorkspace(model)) }
    }

    deinit { crew.stop() }

    /// Objects that are drawn and answered together: what bounds the memory, for records live no longer.
    private static let piece = 32

    /// What is kept of the answer to each look at each object, by object and look. Records are made as they are needed; an
    /// object's spectrum is embedded once, and looks that show the same are answered once.
    ///
    /// - Parameters:
    ///   - record: the whole record of an object, by its place; called from several threads.
    ///   - derived: names of features that are hidden where a light curve is cut.
    ///   - keep: called from several threads.
    package func answers<Kept: Sendable>(
        count: Int,
        looks: [EvaluationLook],
        derived: [String] = [],
        record: @escaping @Sendable (_ place: Int) -> Record,
        keep: @escaping @Sendable (_ place: Int, _ answer: Inference) -> Kept
    ) -> [[Kept]] {
        let pieces = (count + Self.piece - 1) / Self.piece
        let results = Guarded([[[Kept]]](repeating: [], count: pieces))
        crew.run(pieces: pieces) { [model, workspaces] piece, thread in
            let places = piece * Self.piece..<min(count, (piece + 1) * Self.piece)
            var seen = SeenRecords(derived: derived)
            let wanted = places.map { place in
                let whole = record(place)
                return looks.map { seen.add(whole, object: place, $0) }
            }
            let answers = Self.infer(&seen, model, workspaces[thread].value)
            let kept = zip(places, wanted).map { place, wanted in wanted.map { keep(place, answers[$0]) } }
            results.change { $0[piece] = kept }
        }
        return results.change { $0 }.flatMap { $0 }
    }

    /// The answers to all records: first one with the spectrum of each object that has one, then the others with its embedding.
    private static func infer(
        _ seen: inout SeenRecords,
        _ model: Model,
        _ workspace: InferenceWorkspace
    ) -> [Inference] {
        var owners: [Int: Int] = [:]
        for (place, object) in seen.objects.enumerated() where seen.records[place].spectrum != nil {
            if owners[object] == nil { owners[object] = place }
        }
        var answers = [Inference?](repeating: nil, count: seen.records.count)
        func infer(_ places: [Int]) {
            let found = model.infer(places.map { seen.records[$0] }, workspace: workspace)
            for (place, answer) in zip(places, found) { answers[place] = answer }
        }
        infer(owners.values.sorted())
        for (place, object) in seen.objects.enumerated() where answers[place] == nil {
            if let owner = owners[object], let embedding = answers[owner]?.newSpectrumEmbedding {
                seen.set(spectrumEmbedding: embedding, of: place)
            }
        }
        infer(answers.indices.filter { answers[$0] == nil })
        return answers.compactMap { $0 }
    }

    /// Scores of labelled examples; those without a label or without anything to see are left out.
    package func scores(_ examples: [Example], _ labels: TrainingLabels) -> Scores {
        let labelled = examples.filter { $0.label >= 0 }
        let found = answers(
            count: labelled.count,
            looks: [EvaluationLook()],
            record: { labelled[$0].record },
            keep: { [model] place, answer in
                let example = labelled[place]
                return Scores.Answer(answer, of: model, labels, label: example.label, object: example.object)
            }
        )
        return Scores(labels, found.compactMap { $0[0] })
    }
}

extension Scores.Answer {
    /// What scores take of an answer; nil where there was nothing to see.
    init?(_ answer: Inference, of model: Model, _ labels: TrainingLabels, label: Int, object: Int) {
        guard !answer.modalitySet.isEmpty else { return nil }
        self.init(
            label: label,
            leaves: model.leafProbabilities(of: answer),
            points: answer.modalities.points,
            modalities: answer.modalitySet.description,
            hasContext: answer.hasContext,
            object: object,
            logits: answer.classification.logits,
            decision: answer.classification.decision.flatMap { labels.number(of: $0.node) }
        )
    }
}
