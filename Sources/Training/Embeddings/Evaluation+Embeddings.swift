package import DataSets
internal import Sky

extension Evaluation {
    /// What the embeddings of the tested objects are worth, with the training objects as references: those of split `train`
    /// without the tested fold, or in a set that is all in folds those of the others. Where training objects are tested
    /// themselves there are no references.
    package func embeddingScores(split: DataSetObject.Split, fold: Int?, threads: Int) -> EmbeddingScores {
        let embedded = EmbeddedObjects(model, records, tested.objects, threads: threads)
        let references = data.objects.indices.filter { number in
            let object = data.objects[number]
            guard records.label(number) >= 0, fold != nil || split != .train else { return false }
            guard object.split == .train || (object.split == .fold && fold != nil) else { return false }
            return fold == nil || object.fold != fold
        }
        let scores = embedded.rows.map {
            Scores.Answer(label: $0.label, leaves: [], points: 0, modalities: "", object: 0)
        }
        let levels = [labels.firstLevelOfChoice.among(scores), labels.deepest(of: Set(embedded.rows.map(\.label)))]
        return EmbeddingScores(
            embedded,
            EmbeddedObjects(model, records, references, threads: threads),
            levels,
            records.objects
        )
    }
}
