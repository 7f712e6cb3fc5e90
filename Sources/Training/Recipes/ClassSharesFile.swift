package import AstroM3
internal import Ground
internal import Service

/// How common classes are where a model is to answer, as an operator knows it: a YAML mapping of nodes to shares.
///
///     transient: 0.05
///     AGN: 0.35
///     variable-star: 0.6
///
/// Nodes of any depth, none above another. Classes of a node keep their shares among themselves, and so do those that no node
/// names, in what is left of 1.
package enum ClassSharesFile {
    /// The share of each class.
    ///
    /// - Parameter calibrated: those that a model was calibrated at.
    /// - Throws: `RecipeError` naming file, line and node; `FileError` where it cannot be read.
    package static func read(
        _ file: String,
        _ taxonomy: Taxonomy,
        calibrated: [String: Double]
    ) throws -> [String: Double] {
        let root = try RecipeSection.parse(file).node
        guard let root, case .mapping(let entries) = root.content, !entries.isEmpty else {
            throw RecipeError(
                file: file,
                line: root?.place?.line,
                message: "a mapping of nodes to shares must stand here, as transient: 0.05"
            )
        }
        var shares = Shares(file: file, taxonomy: taxonomy)
        for entry in entries { try shares.add(entry) }
        return try shares.ofClasses(calibrated)
    }

    /// All classes alike.
    package static func equal(_ taxonomy: Taxonomy) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: taxonomy.classes.map { ($0, 1 / Double(taxonomy.classes.count)) })
    }
}

/// What has been read.
private struct Shares {
    let file: String
    let taxonomy: Taxonomy
    private let labels: TrainingLabels
    private var given: [(node: Int, share: Double)] = []

    init(file: String, taxonomy: Taxonomy) {
        (self.file, self.taxonomy) = (file, taxonomy)
        labels = TrainingLabels(taxonomy)
    }

    private func error(_ line: Int?, _ message: String) -> RecipeError {
        RecipeError(file: file, line: line, message: message)
    }

    mutating func add(_ entry: YAMLNode.Entry) throws(RecipeError) {
        let (name, line) = (entry.key.plain(limit: 60), entry.keyPlace.line)
        guard let node = labels.number(of: entry.key) else {
            throw error(
                line,
                "'\(name)' is no node of the model's classes; they are \(labels.names.joined(separator: ", "))"
            )
        }
        for other in given where labels.isAbove(node, orIs: other.node) || labels.isAbove(other.node, orIs: node) {
            throw error(
                line,
                other.node == node
                    ? "\(name) stands there twice"
                    : "\(name) and \(labels.names[other.node]) are parts of one another: give the share of one of them"
            )
        }
        guard case .scalar(let text, _) = entry.value.content, let share = Double(text),
            (ClassShares.least...1).contains(share)
        else {
            throw error(
                line,
                "\(name) is \(entry.value.excerpt); a share from \(ClassShares.least) to 1 will do (a class that never comes: the "
                    + "least of them)"
            )
        }
        given.append((node, share))
    }

    /// How far the shares may be from a sum of 1, written with two digits.
    private static let tolerance = 0.011

    func ofClasses(_ calibrated: [String: Double]) throws(RecipeError) -> [String: Double] {
        let sum = given.reduce(0) { $0 + $1.share }
        let named = Set(given.flatMap { labels.leaves[$0.node] })
        let rest = taxonomy.classes.indices.filter { !named.contains($0) }
        guard sum <= 1 + Self.tolerance, !rest.isEmpty || sum >= 1 - Self.tolerance else {
            throw error(
                nil,
                "the shares add up to \(sum); those of all objects must be 1: change them, or leave a node out, whose classes share "
                    + "what is left of 1"
            )
        }
        guard rest.isEmpty || sum <= 1 - ClassShares.least * Double(rest.count) else {
            throw error(
                nil,
                "the shares add up to \(sum) and leave nothing to \(rest.map { taxonomy.classes[$0] }.joined(separator: ", ")): "
                    + "lower them, so that \(ClassShares.least) is left to each"
            )
        }
        var shares: [String: Double] = [:]
        func deal(_ share: Double, to classes: [Int]) {
            let names = classes.map { taxonomy.classes[$0] }
            let whole = names.reduce(0) { $0 + (calibrated[$1] ?? 0) }
            for name in names {
                let part = whole > 0 ? (calibrated[name] ?? 0) / whole : 1 / Double(names.count)
                shares[name] = max(ClassShares.least, min(1, share * part))
            }
        }
        for (node, share) in given { deal(rest.isEmpty ? share / sum : share, to: labels.leaves[node]) }
        deal(1 - sum, to: rest)
        return shares
    }
}
