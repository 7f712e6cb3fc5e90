/// When the model decides: the gate that a node's probability must reach. What is sure enough of a transient's kind says nothing of
/// a star's, so that each branch of the tree may have its own.
package struct DecisionRule: Hashable, Sendable, Codable {
    /// Least probability of a node at each level, the first level first; the last holds for deeper ones.
    package var thresholds: [Float]
    /// Least probability of a child of a node, by the node's name, in place of the level's.
    package var branches: [String: Float]

    /// A gate of 1 decides nothing.
    package init(thresholds: [Float], branches: [String: Float] = [:]) {
        (self.thresholds, self.branches) = (thresholds, branches)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        thresholds = try container.decode([Float].self, forKey: .thresholds)
        branches = try container.decodeIfPresent([String: Float].self, forKey: .branches) ?? [:]
    }

    /// The gate of the children of a node, nil for the first level's nodes.
    ///
    /// - Parameter level: the children's, the first 0.
    package func gate(below node: String?, level: Int) -> Float {
        node.flatMap { branches[$0] } ?? thresholds[min(level, thresholds.count - 1)]
    }

    /// Where there is something to tell apart in a taxonomy: the first level (nil) and the nodes with two others right below them,
    /// in its order, each with its gate.
    package func gates(_ taxonomy: Taxonomy) -> [(node: String?, gate: Float)] {
        var levels: [String: Int] = [:]
        var children: [String?: Int] = [:]
        for node in taxonomy.nodes {
            levels[node.name] = node.parent.flatMap { levels[$0] }.map { $0 + 1 } ?? 0
            children[node.parent, default: 0] += 1
        }
        return ([nil] + taxonomy.nodes.map { Optional($0.name) }).filter { children[$0, default: 0] > 1 }.map { node in
            (node, gate(below: node, level: node.flatMap { levels[$0] }.map { $0 + 1 } ?? 0))
        }
    }
}
