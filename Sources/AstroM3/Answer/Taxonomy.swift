/// The classes of a model and the nodes above them.
public struct Taxonomy: Hashable, Sendable, Codable {
    /// A node: a class, or what several nodes belong to.
    public struct Node: Hashable, Sendable, Codable {
        /// Its name, unique in the taxonomy.
        public var name: String
        /// The node above it; nil at the first level.
        public var parent: String?

        /// A node.
        public init(_ name: String, under parent: String? = nil) {
            self.name = name
            self.parent = parent
        }
    }

    /// All nodes, each after its parent.
    public var nodes: [Node]
    /// The leaves in the order of the head's outputs.
    public var classes: [String]

    /// A taxonomy whose classes are its leaves, in order.
    public init(nodes: [Node], classes: [String]? = nil) {
        self.nodes = nodes
        let parents = Set(nodes.compactMap(\.parent))
        self.classes = classes ?? nodes.map(\.name).filter { !parents.contains($0) }
    }
}
