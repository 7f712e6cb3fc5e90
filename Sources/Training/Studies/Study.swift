internal import Ground
package import Sky

/// What a study asks: which models are trained on which part of the labels, and on what they are compared. A YAML file, as
/// those in `Config/studies`.
///
///     name: mine
///     variants:
///       recipe: {recipe: Config/recipes/mine.yaml}
///       other: {recipe: Config/recipes/other.yaml, draws: 1, pretrained: [true]}     # at most one draw; in place of below
///     folds: [0, 1, 2]                         # of a data set in folds; else split test is what is tested
///     seeds: [1, 2]                            # the recipe's unless given
///     labels:
///       - {fraction: 0.1, draws: 3, steps: 400}
///       - {fraction: 1, draws: 3}
///     pretrained: [true, false]
///     modalities: [photometry, photometry+spectrum+metadata]
///     samples: 2000                            # of the bootstrap
///
/// The grid is all of them with each other. A draw takes other labels (`LabelShare`) and another seed of the fine-tuning; of
/// all labels only the seed differs. Pre-training runs once for each variant, seed and fold.
package struct Study: Sendable {
    /// A recipe among those that are compared.
    package struct Variant: Sendable {
        package var name: String
        package var recipe: Recipe
        /// At most so many draws of each part of the labels.
        package var draws: Int
        /// In place of the study's.
        package var pretrained: [Bool]?
    }

    /// A part of the labels.
    package struct Share: Sendable, Hashable {
        package var fraction: Double
        package var draws = 1
        /// Steps of fine-tuning in place of the recipe's: few labels are soon learned.
        package var steps: Int?
    }

    package private(set) var name = ""
    package private(set) var variants: [Variant] = []
    /// The folds that are tested; empty: split `test` is.
    package private(set) var folds: [Int] = []
    /// Empty: each recipe's own.
    package private(set) var seeds: [UInt64] = []
    package private(set) var shares: [Share] = []
    package private(set) var pretrained = [true, false]
    /// What the tables show the answers to; every cell answers to all seven.
    package private(set) var modalities: [ModalitySet] = []
    /// Samples of the bootstrap.
    package private(set) var samples = 2000
    /// The file as it was read.
    package private(set) var text: [UInt8] = []

    /// Most cells of a study.
    static let mostCells = 10_000

    /// Reads a study and its recipes.
    ///
    /// - Throws: `RecipeError` naming file, line and key; `FileError` where a file cannot be read.
    package init(file: String) throws {
        let (node, text) = try RecipeSection.parse(file)
        self.text = text
        try read(RecipeSection(node, file: file, name: "", of: "a study"))
    }

    private mutating func read(_ root: RecipeSection) throws {
        name = try root.text("name", "")
        guard !name.isEmpty else { throw root.error(nil, "name is missing: what is the study to be called?") }
        _ = try root.text("description", "")
        folds = try root.integers("folds", in: 0...1000) ?? []
        seeds = (try root.integers("seeds", in: 0...Int.max) ?? []).map(UInt64.init)
        samples = try root.integer("samples", samples, in: 100...1_000_000)
        try readVariants(root)
        try readShares(root)
        pretrained = try Self.pretrained(root) ?? pretrained
        let names = try root.list("modalities") ?? ModalitySet.allSubsets.map(\.description)
        for name in names {
            guard let set = ModalitySet(name: name) else {
                throw root.error(
                    nil,
                    "modalities has '\(name.plain(limit: 60))'; there are "
                        + ModalitySet.allSubsets.map(\.description).joined(separator: ", ")
                )
            }
            modalities.append(set)
        }
        try root.end()
        for (key, isTwice) in [
            ("folds", Set(folds).count < folds.count), ("seeds", Set(seeds).count < seeds.count),
            ("modalities", modalities.isEmpty || Set(modalities).count < modalities.count),
            ("labels", Set(shares.map(\.fraction)).count < shares.count),
        ] where isTwice {
            throw root.error(nil, "\(key) names one thing twice, or nothing")
        }
        guard cells.count <= Self.mostCells else {
            throw root.error(nil, "the study has \(cells.count) cells; at most \(Self.mostCells) will do")
        }
    }

    private mutating func readVariants(_ root: RecipeSection) throws {
        for (name, section) in try root.namedSections("variants") {
            // It names folders.
            guard !name.isEmpty, name.utf8.count <= 40, name.utf8.allSatisfy({ $0.isNameByte }) else {
                throw section.error(
                    nil,
                    "the variant '\(name.plain(limit: 60))' needs a name of letters, digits and _, at most 40"
                )
            }
            let file = try section.text("recipe", "")
            guard !file.isEmpty else { throw section.error(nil, "variants.\(name).recipe is missing: a recipe's file") }
            let draws = try section.integer("draws", 1000, in: 1...1000)
            let pretrained = try Self.pretrained(section)
            try section.end()
            variants.append(
                Variant(name: name, recipe: try Recipe(file: file), draws: draws, pretrained: pretrained)
            )
        }
        guard let first = variants.first else {
            throw root.error(nil, "variants is missing: name at least one, with its recipe")
        }
        if let other = variants.first(where: { $0.recipe.taxonomy != first.recipe.taxonomy }) {
            throw root.error(
                nil,
                "\(first.name) and \(other.name) have two taxonomies, \(first.recipe.taxonomy) and "
                    + "\(other.recipe.taxonomy): only models of the same classes can be compared"
            )
        }
    }

    /// nil where it is not said.
    private static func pretrained(_ section: RecipeSection) throws(RecipeError) -> [Bool]? {
        guard let texts = try section.list("pretrained") else { return nil }
        guard !texts.isEmpty, texts.allSatisfy({ ["true", "false"].contains($0) }), Set(texts).count == texts.count
        else {
            throw section.error(
                nil,
                "\(section.path("pretrained")) is [\(texts.joined(separator: ", "))]; true, false or both will do"
            )
        }
        return texts.map { $0 == "true" }
    }

    private mutating func readShares(_ root: RecipeSection) throws(RecipeError) {
        for section in try root.sections("labels") {
            var share = Share(fraction: try section.number("fraction", 1, in: 0...1))
            guard share.fraction > 0 else { throw section.error(nil, "fraction is 0; a number above 0 will do") }
            share.draws = try section.integer("draws", 1, in: 1...1000)
            let steps = try section.integer("steps", 0, in: 0...100_000_000)
            share.steps = steps > 0 ? steps : nil
            try section.end()
            shares.append(share)
        }
        if shares.isEmpty { shares = [Share(fraction: 1)] }
    }

    /// The variant that a cell is of.
    ///
    /// - Throws: `RunFolder.Fault` where the study has none of its name.
    func variant(of cell: StudyCell) throws(RunFolder.Fault) -> Variant {
        guard let variant = variants.first(where: { $0.name == cell.variant }) else {
            throw RunFolder.Fault(description: "the study has no variant \(cell.variant)")
        }
        return variant
    }

    /// All cells, those that share a pre-training one after another.
    package var cells: [StudyCell] {
        var cells: [StudyCell] = []
        for variant in variants {
            for seed in seeds.isEmpty ? [variant.recipe.seed] : seeds {
                for fold in folds.isEmpty ? [nil] : folds.map(Optional.some) {
                    for share in shares {
                        for draw in 1...min(share.draws, variant.draws) {
                            for isPretrained in variant.pretrained ?? pretrained {
                                cells.append(
                                    StudyCell(
                                        variant: variant.name,
                                        fold: fold,
                                        seed: seed,
                                        fraction: share.fraction,
                                        draw: draw,
                                        isPretrained: isPretrained
                                    )
                                )
                            }
                        }
                    }
                }
            }
        }
        return cells
    }
}

extension UInt8 {
    /// Of a name that may be a folder's: a letter, a digit or `_`.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
