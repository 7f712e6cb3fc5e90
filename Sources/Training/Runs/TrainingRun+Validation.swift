internal import Ground
internal import Learning
internal import Sky

/// How good the weights are on validation objects, by which the best are chosen.
extension TrainingRun {
    /// The loss of the validation objects, and what the best weights have the least of.
    func validate(_ extra: inout [JSONValue.Member]) throws -> (loss: Double, criterion: Double) {
        guard options.phase == .finetuning else {
            let (loss, retrieval) = contrastiveValidation()
            extra.append(.init("meanReciprocalRank", .number(retrieval.meanReciprocalRank)))
            return (loss, 1 - retrieval.meanReciprocalRank)
        }
        let scores = try evaluator(trainer.averagedWeights).scores(validation, labels)
        try checkEmbeddings(scores.answers)
        let level = scores.firstLevel
        extra.append(.init("accuracy", .number(level.accuracy)))
        extra.append(.init("balancedAccuracy", .number(level.balancedAccuracy)))
        let loss = phase.balanced ? scores.balancedLoss : scores.loss
        return (loss, loss)
    }

    /// In batches of one size, the training's if there are so many: the contrastive loss grows with it.
    private func contrastiveValidation() -> (loss: Double, retrieval: PartnerRetrieval) {
        let size = min(phase.batch, validation.count)
        let starts = Array(stride(from: 0, through: validation.count - size, by: size))
        var (loss, retrieval) = (0.0, PartnerRetrieval())
        for start in starts {
            let rows = validation[start..<start + size].map { builder.rows($0) }
            let value = trainer.contrastiveLoss(builder.input(rows, noise: nil))
            loss += value.loss / Double(starts.count)
            retrieval += value.retrieval
        }
        return (loss, retrieval)
    }

    /// Refuses weights that give no embedding of what the model can use: an answer from the rest alone would hide that an encoder
    /// has lost its numbers.
    private func checkEmbeddings(_ answers: [Scores.Answer]) throws(TrainingError) {
        let usable = usableInputs()
        for (modality, words) in Self.inputs {
            let found = answers.count { ModalitySet(name: $0.modalities)?.contains(modality) == true }
            let expected = usable[modality] ?? 0
            guard found >= expected else {
                throw .notFinite(
                    step: trainer.steps,
                    what: "the embeddings of \(expected - found) of \(expected) validation \(words)"
                )
            }
        }
    }

    private static let inputs: [(ModalitySet, String)] = [
        (.photometry, "light curves"), (.spectrum, "spectra"), (.metadata, "rows of metadata"),
    ]

    /// Labelled validation objects that have something of a modality that the model can use.
    private func usableInputs() -> [ModalitySet: Int] {
        if let usable { return usable }
        var counts: [ModalitySet: Int] = [:]
        for example in validation where example.label >= 0 {
            let rows = builder.rows(example)
            if rows.points > 0 { counts[.photometry, default: 0] += 1 }
            if !rows.spectrum.isEmpty { counts[.spectrum, default: 0] += 1 }
            if !rows.metadata.isEmpty { counts[.metadata, default: 0] += 1 }
        }
        usable = counts
        return counts
    }
}
