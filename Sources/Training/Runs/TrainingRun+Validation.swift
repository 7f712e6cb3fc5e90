internal import Ground
internal import Learning

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
        let found = scores.answers.count { $0.points > 0 }
        let expected = expectedCurves()
        guard found == expected else {
            // An answer from the rest alone would hide that the encoder has lost its numbers.
            throw TrainingError.notFinite(
                step: trainer.steps,
                what: "the embeddings of \(expected - found) of \(expected) validation light curves"
            )
        }
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

    /// Labelled validation objects with a light curve that the model can use.
    private func expectedCurves() -> Int {
        if let curves { return curves }
        let count = validation.count { $0.label >= 0 && builder.rows($0).points > 0 }
        curves = count
        return count
    }
}
