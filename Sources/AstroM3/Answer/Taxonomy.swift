/// The classes of a model and the nodes above them.
package struct Taxonomy: Hashable, Sendable, Codable {
    /// A node: a class, or what several nodes belong to.
    package struct Node: Hashable, Sendable, Codable {
        /// Its name, unique in the taxonomy.
        package var name: String
        /// The node above it; nil at the first level.
        package var parent: String?

        /// A node.
        package init(_ name: String, under parent: String? = nil) {
            self.name = name
            self.parent = parent
        }
    }

    /// All nodes, each after its parent.
    package var nodes: [Node]
    /// The leaves in the order of the head's outputs.
    package var classes: [String]

    /// A taxonomy whose classes are its leaves, in order.
    package init(nodes: [Node], classes: [String]? = nil) {
        self.nodes = nodes
        let parents = Set(nodes.compactMap(\.parent))
        self.classes = classes ?? nodes.map(\.name).filter { !parents.contains($0) }
    }
}
