package import AstroM3
internal import Ground

/// The classes of a recipe: the tree, and how objects of each node are varied in training.
package struct ClassTree: Sendable {
    package let taxonomy: Taxonomy
    /// By the name of the node; nodes of which nothing is said are lasting sources.
    package let draws: [String: DrawRule]

    /// SHA-256 of all that a run must find unchanged to go on.
    var digest: String {
        let rules = draws.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return SHA256.hexadecimal(Array("\(taxonomy.nodes) \(rules)".utf8))
    }
}
