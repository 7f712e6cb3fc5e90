internal import AstroM3
internal import Ground
internal import Service

/// `Config/taxonomy.yaml`: the tree of classes, and how objects of each are varied in training. What each label of a data set trains
/// stands in the data set itself.
package enum TaxonomyFile {
    /// Reads the tree that a recipe names.
    ///
    /// - Throws: as `read`; where there is no such file, `RecipeError` that says whose path it is and from where it is looked for.
    package static func read(of recipe: Recipe) throws -> ClassTree {
        do { return try read(recipe.taxonomy) } catch let error as FileError {
            throw RecipeError(
                file: "recipe \(recipe.name)",
                line: nil,
                message: "taxonomy: \(error); a path is looked for from the folder in which the command is started"
            )
        }
    }

    /// Reads the tree, without the nodes that are decided before the model.
    ///
    /// - Throws: `RecipeError` naming file and line; `FileError` where it cannot be read.
    package static func read(_ file: String) throws -> ClassTree {
        let root = try RecipeSection.parse(file).node
        guard let root, case .mapping(let entries) = root.content,
            let nodes = entries.first(where: { $0.key == "nodes" })?.value
        else { throw RecipeError(file: file, line: nil, message: "nodes is missing: the tree of classes") }
        // The last two are read where data sets are made.
        try checkKeys(entries, ["nodes", "labels", "subclasses"], of: "a taxonomy", file)
        var found = Found(file: file)
        try found.add(nodes, under: nil, DrawRule())
        guard !found.nodes.isEmpty else {
            throw RecipeError(file: file, line: nodes.place?.line, message: "nodes is empty")
        }
        try found.checkContexts()
        return ClassTree(taxonomy: Taxonomy(nodes: found.nodes), draws: found.rules)
    }

    fileprivate static func checkKeys(
        _ entries: [YAMLNode.Entry],
        _ known: [String],
        of what: String,
        _ file: String
    ) throws(RecipeError) {
        guard let entry = entries.first(where: { !known.contains($0.key) }) else { return }
        throw RecipeError(
            file: file,
            line: entry.keyPlace.line,
            message: "'\(entry.key.plain(limit: 60))' is no key of \(what.plain(limit: 60)); it has "
                + known.joined(separator: ", ")
        )
    }
}

/// What has been read of a tree.
private struct Found {
    let file: String
    var nodes: [Taxonomy.Node] = []
    var rules: [String: DrawRule] = [:]
    /// Lines of the nodes that say how they are varied.
    private var lines: [(node: String, line: Int)] = []

    init(file: String) { self.file = file }

    // The parser bounds the depth.
    mutating func add(_ node: YAMLNode, under parent: String?, _ inherited: DrawRule) throws(RecipeError) {
        guard case .mapping(let entries) = node.content else {
            throw RecipeError(file: file, line: node.place?.line, message: "a mapping of nodes must stand here")
        }
        for entry in entries {
            guard case .mapping(let keys) = entry.value.content else {
                throw RecipeError(
                    file: file,
                    line: entry.keyPlace.line,
                    message: "\(entry.key) must be a mapping of meaning and children"
                )
            }
            try TaxonomyFile.checkKeys(keys, ["meaning", "children", "decided", "draws"], of: entry.key, file)
            if keys.contains(where: { $0.key == "decided" }) { continue }
            if nodes.contains(where: { $0.name == entry.key }) {
                throw RecipeError(
                    file: file,
                    line: entry.keyPlace.line,
                    message: "the node \(entry.key) stands in the tree twice; each has one place"
                )
            }
            nodes.append(Taxonomy.Node(entry.key, under: parent))
            var rule = inherited
            if let draws = keys.first(where: { $0.key == "draws" }) {
                let section = try RecipeSection(draws.value, file: file, name: "\(entry.key).draws", of: "a taxonomy")
                rule = try DrawRule(section, parent: inherited)
                lines.append((entry.key, draws.keyPlace.line))
            }
            rules[entry.key] = rule
            if let children = keys.first(where: { $0.key == "children" })?.value {
                try add(children, under: entry.key, rule)
            }
        }
    }

    /// Refuses a context of classes that the tree does not have.
    func checkContexts() throws(RecipeError) {
        for (node, line) in lines {
            for name in rules[node]?.context ?? [] where rules[name] == nil {
                throw RecipeError(
                    file: file,
                    line: line,
                    message: "\(node).draws.context names '\(name.plain(limit: 60))', which is no node of the tree"
                )
            }
        }
    }
}
