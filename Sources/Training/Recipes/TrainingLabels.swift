package import AstroM3
internal import Glibc
package import Learning

/// The nodes of a taxonomy as labels: each trains the sum of its leaves.
package struct TrainingLabels: Sendable {
    package let names: [String]
    /// For each node its leaves, by their place among the classes.
    package let leaves: [[Int]]
    /// For each node how deep it is, the first level 0.
    package let depths: [Int]
    /// For each node the one that it stands below; nil at the first level.
    private let parents: [Int?]
    private let numbers: [String: Int]

    package init(_ taxonomy: Taxonomy) {
        names = taxonomy.nodes.map(\.name)
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let parents = taxonomy.nodes.map { $0.parent.flatMap { numbers[$0] } }
        var leaves = [[Int]](repeating: [], count: names.count)
        for (place, name) in taxonomy.classes.enumerated() {
            var node = numbers[name]
            while let current = node {
                leaves[current].append(place)
                node = parents[current]
            }
        }
        var depths: [Int] = []
        for parent in parents {
            // Parents stand before their children.
            depths.append(parent.map { depths[$0] + 1 } ?? 0)
        }
        (self.leaves, self.depths, self.numbers) = (leaves, depths, numbers)
        self.parents = parents
    }

    /// Where the tree goes on: nil for the first level, then each node with others below it, after its parent.
    var branches: [Int?] { [nil] + names.indices.filter { !children(of: $0).isEmpty } }

    /// The nodes right below a node; of nil those of the first level.
    func children(of node: Int?) -> [Int] { parents.indices.filter { parents[$0] == node } }

    /// The nodes from the first level down to a node, which is the last.
    func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = parents[path[0]] { path.insert(parent, at: 0) }
        return path
    }

    /// Whether a node is another, or stands on the path to it.
    func isAbove(_ node: Int, orIs other: Int) -> Bool { path(to: other).contains(node) }

    /// Whether a label says which child of a node is right, or that none is; not where it stands at the node or above it.
    func speaks(_ label: Int, below node: Int?) -> Bool { node.map { !isAbove(label, orIs: $0) } ?? true }

    /// The number of a node's label; nil for one that the taxonomy does not have.
    package func number(of node: String) -> Int? { numbers[node] }

    /// The loss of these labels, its logits shifted by so much of the leaves' log-priors.
    package func loss(smoothing: Double, priorShift: Double, priors: [Double]) -> ClassificationLoss {
        var loss = ClassificationLoss(leaves: leaves)
        loss.smoothing = smoothing
        if priorShift > 0 { loss.shift = priors.map { priorShift * log(max($0, 1e-6)) } }
        return loss
    }
}
