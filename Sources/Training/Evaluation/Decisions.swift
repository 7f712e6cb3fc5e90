/// What a model decides by its own rule, level by level, and how much of it is wrong.
package struct Decisions: Sendable, Hashable {
    package struct Level: Sendable, Hashable {
        /// The first level is 0.
        package var depth: Int
        /// Least probability of a node.
        package var threshold: Double
        /// Answers whose label says what is right here.
        package var count: Int
        package var decided: Int
        package var wrong: Int

        /// Share of the answers that is decided.
        package var coverage: Double { Double(decided) / Double(max(count, 1)) }
        /// Share of the decided that is wrong; 0 where nothing is decided.
        package var risk: Double { Double(wrong) / Double(max(decided, 1)) }
        package var interval: ShareInterval { ShareInterval(wrong, of: decided) }
    }

    package let levels: [Level]

    /// A decision for a node decides every level above it too.
    ///
    /// - Parameter thresholds: the model's, the first level's first; the last holds for deeper ones.
    package init(_ scores: Scores, thresholds: [Float]) {
        let labels = scores.labels
        levels = (0...(labels.depths.max() ?? 0)).map { depth in
            let nodes = labels.names.indices.filter { labels.depths[$0] == depth }
            func node(of label: Int) -> Int? { nodes.first { labels.isAbove($0, orIs: label) } }
            let above = labels.names.indices.map(node)
            let threshold = thresholds.isEmpty ? 1 : thresholds[min(depth, thresholds.count - 1)]
            var level = Level(depth: depth, threshold: Double(threshold), count: 0, decided: 0, wrong: 0)
            for answer in scores.answers {
                guard let truth = above[answer.label] else { continue }
                level.count += 1
                guard let decision = answer.decision.flatMap({ above[$0] }) else { continue }
                level.decided += 1
                level.wrong += decision == truth ? 0 : 1
            }
            return level
        }
    }
}
