package import AstroM3

/// A gate of a model's tree, and whether any answer comes to it: below a closed gate nothing is decided, whatever the gates there are.
package struct BranchGate: Sendable, Hashable {
    /// The node whose children are told apart; nil for the first level.
    package let node: String?
    /// Least probability of a child; 1: closed.
    package let gate: Float
    /// Whether all gates above it are open, those among them where there is but one way to go.
    package let isReached: Bool

    package var isClosed: Bool { gate >= 1 }

    /// Where there is something to tell apart (`DecisionRule.gates`), the first level first.
    package static func all(of rule: DecisionRule, _ taxonomy: Taxonomy) -> [BranchGate] {
        let tree = TaxonomyTree(taxonomy)
        func isReached(_ node: String?) -> Bool {
            guard let number = node.flatMap(tree.number) else { return true }
            let names = tree.path(to: number).map { tree.names[$0] }
            return names.indices.allSatisfy { level in
                rule.gate(below: level == 0 ? nil : names[level - 1], level: level) < 1
            }
        }
        return rule.gates(taxonomy).map { BranchGate(node: $0.node, gate: $0.gate, isReached: isReached($0.node)) }
    }
}
