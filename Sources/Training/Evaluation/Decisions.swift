package import AstroM3

/// What a model decides by its own gates, branch by branch of its tree, and how much of it is wrong.
package struct Decisions: Sendable, Hashable {
    package struct Branch: Sendable, Hashable {
        /// The node whose children are told apart here; nil for the first level.
        package var node: String?
        /// Least probability of a child.
        package var gate: Double
        /// Whether the gates above let anything come here.
        package var isReached = true
        /// Answers that were decided down to the node, and whose label says more than that or something else.
        package var count = 0
        package var decided = 0
        package var wrong = 0

        /// `first level`, `below transient`.
        package var name: String { node.map { "below \($0)" } ?? "first level" }
        /// Share of the answers that is decided.
        package var coverage: Double { Double(decided) / Double(max(count, 1)) }
        /// Share of the decided that is wrong; 0 where nothing is decided.
        package var risk: Double { Double(wrong) / Double(max(decided, 1)) }
        package var interval: ShareInterval { ShareInterval(wrong, of: decided) }
    }

    /// Those of `BranchGate`, the first level first.
    package let branches: [Branch]

    /// The first of them: of a tree with one root that is not its first level.
    package var firstLevel: Branch { branches.first ?? Branch(node: nil, gate: 1) }

    /// A decision for a node decides every branch above it too.
    package init(_ scores: Scores, _ rule: DecisionRule, _ taxonomy: Taxonomy) {
        let labels = scores.labels
        branches = BranchGate.all(of: rule, taxonomy).map { gate in
            let node = gate.node.flatMap(labels.number)
            let level = node.map { labels.depths[$0] + 1 } ?? 0
            var branch = Branch(node: gate.node, gate: Double(gate.gate), isReached: gate.isReached)
            for answer in scores.answers where labels.speaks(answer.label, below: node) {
                let path = answer.decision.map(labels.tree.path(to:)) ?? []
                guard path.count >= level, level == 0 || path[level - 1] == node else { continue }
                branch.count += 1
                guard path.count > level else { continue }
                branch.decided += 1
                branch.wrong += labels.isAbove(path[level], orIs: answer.label) ? 0 : 1
            }
            return branch
        }
    }
}
