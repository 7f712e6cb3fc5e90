import Sky

/// A checked taxonomy with its names as numbers.
package struct TaxonomyTree: Sendable {
    /// Names of the nodes in the taxonomy's order.
    package let names: [String]
    /// For each node the one that it stands below; nil at the first level. Parents stand before their children.
    private let parents: [Int?]
    private let children: [[Int]]
    private let roots: [Int]
    private let numbers: [String: Int]
    /// For each class of the head its node.
    private let leaves: [Int]

    package init(_ taxonomy: Taxonomy) {
        names = taxonomy.nodes.map(\.name)
        let numbers = Dictionary(zip(names, names.indices)) { first, _ in first }
        let parents = taxonomy.nodes.map { $0.parent.flatMap { numbers[$0] } }
        var children = Array(repeating: [Int](), count: names.count)
        for (node, parent) in parents.enumerated() {
            if let parent { children[parent].append(node) }
        }
        (self.parents, self.children, self.numbers) = (parents, children, numbers)
        roots = parents.indices.filter { parents[$0] == nil }
        leaves = taxonomy.classes.compactMap { numbers[$0] }
    }

    /// The number of a node; nil for one that the taxonomy does not have.
    package func number(of node: String) -> Int? { numbers[node] }

    /// The nodes right below a node; of nil those of the first level.
    package func children(of node: Int?) -> [Int] { node.map { children[$0] } ?? roots }

    /// Where the tree goes on: nil for the first level, then each node with others below it, after its parent.
    package var branches: [Int?] { [nil] + names.indices.filter { !children[$0].isEmpty } }

    /// The nodes from the first level down to a node, which is the last.
    package func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = parents[path[0]] { path.insert(parent, at: 0) }
        return path
    }

    /// For each node the leaves that it is or that stand below it, by their place among the classes.
    package var classesBelow: [[Int]] {
        var below = [[Int]](repeating: [], count: names.count)
        for (place, leaf) in leaves.enumerated() {
            for node in path(to: leaf) { below[node].append(place) }
        }
        return below
    }

    /// Probabilities of all nodes: a leaf's own, else the sum of the leaves below.
    package func nodeProbabilities(_ classes: [Float]) -> [Float] {
        var nodes = [Float](repeating: 0, count: names.count)
        for (place, leaf) in leaves.enumerated() { nodes[leaf] = classes[place] }
        // Parents stand before their children, so that from the end every node is complete when it is added.
        for node in nodes.indices.reversed() {
            // A sum of many may be rounded to more than 1.
            if let parent = parents[node] { nodes[parent] = min(1, nodes[parent] + nodes[node]) }
        }
        return nodes
    }

    /// The classes' own probabilities, in their order, out of those of all nodes.
    func leaves(of nodes: [Float]) -> [Float] { leaves.map { nodes[$0] } }

    /// The path to the deepest node that, with every node on the path to it, is the most probable of its siblings and reaches its
    /// gate; empty where no node of the first level does.
    package func path(_ probabilities: [Float], _ rule: DecisionRule) -> [Int] {
        var path: [Int] = []
        var candidates = roots
        while let best = candidates.max(by: { probabilities[$0] < probabilities[$1] }) {
            let gate = rule.gate(below: path.last.map { names[$0] }, level: path.count)
            // Rounding may make a probability 1, which no answer is; a gate of 1 is closed.
            guard gate < 1, probabilities[best] >= gate else { break }
            path.append(best)
            candidates = children[best]
        }
        return path
    }

    /// The path's end as an answer tells it; nil where nothing is decided.
    func decide(_ probabilities: [Float], _ rule: DecisionRule) -> Decision? {
        let path = path(probabilities, rule)
        guard let node = path.last else { return nil }
        return Decision(node: names[node], path: path.map { names[$0] }, probability: min(probabilities[node], 1))
    }
}
