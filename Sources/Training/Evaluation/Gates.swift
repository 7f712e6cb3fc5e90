package import AstroM3

/// From which probability on a model decides, level by level of its tree, so that a share of its decisions is wrong at the most.
package enum Gates {
    /// What an answer says at a level.
    private struct Said {
        var probability: Double
        var isRight: Bool
        var weight: Double
        var object: Int
    }

    /// For each level the least probability from which on at most a share of the decisions is wrong, were one more object wrong
    /// that has not been seen: (wrong + 1) / (decided + 1), as conformal risk control has it (Angelopoulos et al. 2024, arXiv
    /// 2208.02814). The share itself is the least of many that were looked at: with two distributions of simulated, calibrated
    /// confidences 5.9 and 6.9 % of others' decisions were wrong by gates of 133 objects for 5 %; so 5.1 and 6.1 %, and by gates of
    /// 500 objects 5.0 and 5.1 %.
    ///
    /// 1, and so never, where no probability keeps the share: 19 objects, all right, are the fewest that do at 5 %. nil where
    /// fewer objects than that speak of the level at all.
    ///
    /// - Parameter scores: calibrated.
    package static func thresholds(_ scores: Scores, _ taxonomy: Taxonomy, share: Double) -> [Float?] {
        let labels = scores.labels
        let deepest = labels.depths.max() ?? 0
        return (0...deepest).map { level in
            let nodes = labels.depths.indices.filter { labels.depths[$0] == level }
            // One node over all leaves is nothing to decide, and its probability 1 but for rounding.
            if nodes.count == 1, let only = nodes.first, Set(labels.leaves[only]).count == taxonomy.classes.count {
                return leastOfAll
            }
            return threshold(scores.answers.compactMap { said(scores, $0, level, nodes, taxonomy) }, share)
        }
    }

    /// Never below one half: the decision must be more probable than everything else together.
    private static let leastOfAll: Float = 0.5

    /// nil where the answer's label stands above the level: it says nothing of it.
    private static func said(
        _ scores: Scores,
        _ answer: Scores.Answer,
        _ level: Int,
        _ nodes: [Int],
        _ taxonomy: Taxonomy
    )
        -> Said?
    {
        guard let truth = scores.labels.ancestor(of: answer.label, atDepth: level, taxonomy),
            let best = nodes.max(by: { scores.probability($0, answer) < scores.probability($1, answer) })
        else { return nil }
        return Said(
            probability: scores.probability(best, answer),
            isRight: best == truth,
            weight: answer.weight,
            object: answer.object
        )
    }

    private static func threshold(_ answers: [Said], _ share: Double) -> Float? {
        let objects = Set(answers.map(\.object)).count
        guard Double(objects) >= (1 - share) / share - 1e-9 else { return nil }
        // Looks at one object are not so many objects: what one more weighs.
        let one = answers.reduce(0) { $0 + $1.weight } / Double(objects)
        let sorted = answers.sorted { $0.probability > $1.probability }
        var (wrong, sum, threshold) = (0.0, 0.0, 1.0)
        for (place, answer) in sorted.enumerated() {
            sum += answer.weight
            wrong += answer.isRight ? 0 : answer.weight
            // Equals are decided together.
            let isLastOfEquals = place + 1 == sorted.count || sorted[place + 1].probability < answer.probability
            if isLastOfEquals, wrong + one <= share * (sum + one) + 1e-9 { threshold = answer.probability }
        }
        return min(max(Float(threshold), leastOfAll), 1)
    }
}

extension TrainingLabels {
    /// The node at a depth on the path to a node; nil where the node stands above it.
    fileprivate func ancestor(of node: Int, atDepth depth: Int, _ taxonomy: Taxonomy) -> Int? {
        guard depths[node] >= depth else { return nil }
        var current = node
        while depths[current] > depth {
            guard let parent = taxonomy.nodes[current].parent.flatMap(number(of:)) else { return nil }
            current = parent
        }
        return current
    }
}
