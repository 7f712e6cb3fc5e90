internal import Ground
internal import Service

/// A recipe that says only what is other than in another, its `base`:
///
///     base: ../recipes/sky.yaml      # from the folder of this file
///     name: sky_deep
///     model: {layers: 4}
///
/// Mappings are joined key by key; a value or a list replaces the base's. A mapping that the file leaves empty is refused: that
/// would be the program's defaults in place of the base's. Name and description are each file's own.
enum RecipeBase {
    /// Most recipes that stand upon one another.
    private static let most = 8

    /// The recipe as one file would say it, and the text of that file: its own where it has no base.
    ///
    /// - Throws: `RecipeError` naming file, line and key; `FileError` where the file cannot be read.
    static func read(_ file: String) throws -> (node: YAMLNode?, text: [UInt8]) { try read(file, above: []) }

    private static func read(_ file: String, above: [String]) throws -> (node: YAMLNode?, text: [UInt8]) {
        let (node, text) = try RecipeSection.parse(file)
        guard case .mapping(var entries)? = node?.content, let place = entries.firstIndex(where: { $0.key == "base" })
        else { return (node, text) }
        let entry = entries.remove(at: place)
        func refuse(_ message: String) -> RecipeError {
            RecipeError(file: file, line: entry.keyPlace.line, message: message)
        }
        guard case .scalar(let named, _) = entry.value.content, !named.isEmpty, !entry.value.isNull else {
            throw refuse("base is \(entry.value.excerpt); the path of a recipe must stand there")
        }
        let base = path(named, besides: file)
        guard above.count < most - 1 else {
            throw refuse(
                "base: \((above + [file, base]).joined(separator: " on ")) are more than \(most) recipes on one another"
            )
        }
        let under: YAMLNode?
        do { under = try read(base, above: above + [file]).node } catch let error as FileError {
            throw refuse("base: \(error); a path is looked for from the folder of the recipe that names it")
        }
        guard case .mapping(let lower)? = under?.content else { throw refuse("base: \(base) is empty") }
        // By itself it must be a recipe: what is wrong in it is said of it.
        _ = try Recipe(file: base)
        let own = lower.filter { !["name", "description"].contains($0.key) }
        let joined = YAMLNode(.mapping(try join(own, entries, file)), at: node?.place)
        do { return (joined, try YAMLEmitter.text(joined)) } catch { throw refuse("base: \(error.message)") }
    }

    private static func path(_ named: String, besides file: String) -> String {
        guard !named.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return named }
        return String(file[...slash]) + named
    }

    private static func join(
        _ lower: [YAMLNode.Entry],
        _ upper: [YAMLNode.Entry],
        _ file: String
    ) throws(RecipeError) -> [YAMLNode.Entry] {
        var joined: [YAMLNode.Entry] = []
        for entry in lower {
            guard let own = upper.first(where: { $0.key == entry.key }) else {
                joined.append(unplaced(entry))
                continue
            }
            guard case .mapping(let below) = entry.value.content else {
                joined.append(own)
                continue
            }
            guard case .mapping(let above) = own.value.content else {
                throw RecipeError(
                    file: file,
                    line: own.keyPlace.line,
                    message:
                        "\(own.key) is \(own.value.excerpt), and a mapping of keys in the base: leave it out to keep the base's"
                )
            }
            let value = YAMLNode(.mapping(try join(below, above, file)), at: own.value.place)
            joined.append(YAMLNode.Entry(key: own.key, keyPlace: own.keyPlace, value: value))
        }
        let names = Set(lower.map(\.key))
        return joined + upper.filter { !names.contains($0.key) }
    }

    /// Lines of another file would mislead whoever looks for them in this one.
    private static func unplaced(_ entry: YAMLNode.Entry) -> YAMLNode.Entry {
        YAMLNode.Entry(key: entry.key, value: unplaced(entry.value))
    }

    private static func unplaced(_ node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .scalar: YAMLNode(node.content)
        case .sequence(let items): YAMLNode(.sequence(items.map(unplaced)))
        case .mapping(let entries): YAMLNode(.mapping(entries.map(unplaced)))
        }
    }
}
