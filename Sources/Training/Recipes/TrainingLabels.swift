package import AstroM3
internal import Glibc
package import Learning

/// The nodes of a taxonomy as labels: each trains the sum of its leaves.
package struct TrainingLabels: Sendable {
    package let tree: TaxonomyTree
    /// For each node its leaves, by their place among the classes.
    package let leaves: [[Int]]
    /// For each node how deep it is, the first level 0.
    package let depths: [Int]

    package init(_ taxonomy: Taxonomy) {
        tree = TaxonomyTree(taxonomy)
        leaves = tree.classesBelow
        depths = tree.names.indices.map { [tree] in tree.path(to: $0).count - 1 }
    }

    package var names: [String] { tree.names }

    /// The number of a node's label; nil for one that the taxonomy does not have.
    package func number(of node: String) -> Int? { tree.number(of: node) }

    /// Whether a node is another, or stands on the path to it.
    func isAbove(_ node: Int, orIs other: Int) -> Bool { tree.path(to: other).contains(node) }

    /// Whether a label says which child of a node is right, or that none is; not where it stands at the node or above it.
    func speaks(_ label: Int, below node: Int?) -> Bool { node.map { !isAbove(label, orIs: $0) } ?? true }

    /// The loss of these labels, its logits shifted by so much of the leaves' log-priors.
    package func loss(smoothing: Double, priorShift: Double, priors: [Double]) -> ClassificationLoss {
        var loss = ClassificationLoss(leaves: leaves)
        loss.smoothing = smoothing
        if priorShift > 0 { loss.shift = priors.map { priorShift * log(max($0, 1e-6)) } }
        return loss
    }
}
