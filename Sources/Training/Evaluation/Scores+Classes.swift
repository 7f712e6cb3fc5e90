extension Scores {
    /// The loss with every label alike, however many objects it has: the mean over the labels of their mean loss. What
    /// balanced accuracy is to accuracy.
    package var balancedLoss: Double {
        let labelled = Dictionary(grouping: answers, by: \.label).sorted { $0.key < $1.key }
        guard !labelled.isEmpty else { return .infinity }
        return labelled.reduce(0) { $0 + Scores(labels, $1.value).loss } / Double(labelled.count)
    }
}
