internal import AstroM3

extension Scores {
    /// The loss with every label alike, however many objects it has: the mean over the labels of their mean loss. What
    /// balanced accuracy is to accuracy.
    package var balancedLoss: Double {
        let labelled = Dictionary(grouping: answers, by: \.label).sorted { $0.key < $1.key }
        guard !labelled.isEmpty else { return .infinity }
        return labelled.reduce(0) { $0 + Scores(labels, $1.value).loss } / Double(labelled.count)
    }

    /// The share of each class as the answers have it, their mean probability: what is calibrated is as often right. nil without
    /// answers.
    func shares(_ taxonomy: Taxonomy) -> [String: Double]? {
        guard !answers.isEmpty else { return nil }
        return shares(taxonomy) { $0.leaves.map(Double.init) }
    }

    /// The share of each class as the labels have it; a label above others is dealt to its classes as its answer says.
    func labelShares(_ taxonomy: Taxonomy) -> [String: Double] {
        shares(taxonomy) { answer in
            let leaves = labels.leaves[answer.label]
            let sum = max(leaves.reduce(0) { $0 + Double(answer.leaves[$1]) }, 1e-9)
            var dealt = [Double](repeating: 0, count: answer.leaves.count)
            for leaf in leaves { dealt[leaf] = leaves.count == 1 ? 1 : Double(answer.leaves[leaf]) / sum }
            return dealt
        }
    }

    private func shares(_ taxonomy: Taxonomy, _ parts: (Answer) -> [Double]) -> [String: Double] {
        var sums = [Double](repeating: 0, count: taxonomy.classes.count)
        for answer in answers { for (place, part) in parts(answer).enumerated() { sums[place] += part } }
        let whole = max(sums.reduce(0, +), 1e-9)
        return Dictionary(
            uniqueKeysWithValues: zip(taxonomy.classes, sums).map { ($0, min(1, max(ClassShares.least, $1 / whole))) }
        )
    }
}
