internal import AstroM3
internal import DataSets
internal import Ground

/// The objects of a run and their classes: which train and which choose the weights. Made before anything is written: what a run
/// cannot do with a data set it says here.
struct RunObjects {
    let tree: ClassTree
    let labels: TrainingLabels
    let objects: ObjectData
    /// SHA-256 of what the data set holds.
    let digest: String
    /// What trains, before a part of the labels is taken.
    let whole: ExamplePool
    /// What trains.
    let pool: ExamplePool
    /// What chooses the weights.
    let unseen: ExamplePool

    var data: DataSet { objects.data }

    /// - Throws: what is wrong with recipe, taxonomy or data.
    init(_ recipe: Recipe, _ data: DataSet, _ options: TrainingRun.Options) throws {
        let objects = try ObjectData(data)
        try self.init(recipe, objects, digest: objects.digest, options)
    }

    /// The same of a data set whose digest is known.
    init(_ recipe: Recipe, _ objects: ObjectData, digest: String, _ options: TrainingRun.Options) throws {
        tree = try TaxonomyFile.read(of: recipe)
        labels = TrainingLabels(tree.taxonomy)
        (self.objects, self.digest) = (objects, digest)
        let data = objects.data
        try Self.checkInputs(recipe, data, fold: options.fold)
        let purpose = options.phase.purpose
        whole = ExamplePool(objects, labels: labels, recipe.examples, purpose, fold: options.fold)
        try Self.check(recipe, whole, tree.taxonomy, labels, data, options.phase)
        try Self.checkEvents(tree, data)
        pool = try options.labels.map { [whole] in try whole.keeping($0, of: data) } ?? whole
        unseen = ExamplePool(objects, labels: labels, recipe.examples, purpose, split: .val, fold: options.fold)
        guard !unseen.isEmpty else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no object of split val to choose the best weights by: give a tenth of "
                    + "the objects this split"
            )
        }
    }

    /// Refuses a fold and features that the data set does not have.
    static func checkInputs(_ recipe: Recipe, _ data: DataSet, fold: Int?) throws(RunFolder.Fault) {
        if let fold, !data.objects.contains(where: { $0.fold == fold }) {
            throw RunFolder.Fault(description: "\(data.description.name) has no fold \(fold)")
        }
        try DataSetFolds(data).checkTraining(tested: fold)
        let known = data.features.names
        let needed = recipe.model.features.flatMap { DerivedFeatures.bases[$0] ?? [$0] }
        if let name = needed.first(where: { !known.contains($0) }) {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no feature '\(name.plain(limit: 60))', which the recipe lists: "
                    + "metadata.csv has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
            )
        }
    }

    /// Refuses objects that the phase cannot learn from.
    private static func check(
        _ recipe: Recipe,
        _ pool: ExamplePool,
        _ taxonomy: Taxonomy,
        _ labels: TrainingLabels,
        _ data: DataSet,
        _ phase: TrainingRun.Phase
    ) throws(RunFolder.Fault) {
        guard !pool.isEmpty else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no object to train on: objects.csv needs objects with split train"
                    + (phase == .finetuning ? " and a node of the taxonomy" : "") + ", and light curves or spectra"
            )
        }
        if let node = recipe.unlabelled.first(where: { labels.number(of: $0) != nil }) {
            throw RunFolder.Fault(
                description:
                    "the recipe lists '\(node.plain(limit: 60))' as unlabelled and its taxonomy has it as a class: "
                    + "take it out of one of them"
            )
        }
        let unlabelled = Set(recipe.unlabelled + [""])
        if let object = data.objects.first(where: { !unlabelled.contains($0.node) && labels.number(of: $0.node) == nil }
        ) {
            throw RunFolder.Fault(
                description: "the taxonomy has no node '\(object.node.plain(limit: 60))', which objects.csv gives "
                    + "'\(object.name.plain(limit: 60))': correct the one or the other"
            )
        }
        if phase == .finetuning { try checkClasses(recipe, pool, taxonomy, data) }
    }

    /// Refuses total fluxes of what brightens once by the tree, where the data set calls nothing an event: their reference images
    /// would show the event itself, and their alerts fade, as no survey's do. Data sets from before the column are so.
    private static func checkEvents(_ tree: ClassTree, _ data: DataSet) throws(RunFolder.Fault) {
        guard !data.objects.contains(where: \.isEvent) else { return }
        let curves = data.lightCurves
        let suspect = data.objects.indices.first { object in
            guard tree.draws[data.objects[object].node]?.isTransient == true,
                let first = curves.ranges[object].first
            else { return false }
            return !curves.kinds[first].contains(.difference)
        }
        guard let object = suspect.map({ data.objects[$0] }) else { return }
        throw RunFolder.Fault(
            description:
                "'\(object.name.plain(limit: 60))' is \(object.node.plain(limit: 60)), which appears once by the taxonomy "
                + "(draws: transient), has total fluxes, and is no event in \(data.description.name): give objects.csv the column "
                + "event, 1 for what brightens once and was there before, so that its reference image does not show the event"
        )
    }

    /// Refuses a class that has no object of its own to train on: the model could never answer it rightly, and would give it a
    /// probability all the same.
    private static func checkClasses(
        _ recipe: Recipe,
        _ pool: ExamplePool,
        _ taxonomy: Taxonomy,
        _ data: DataSet
    ) throws(RunFolder.Fault) {
        let trained = Set(pool.objects.map { data.objects[$0].node })
        let all = taxonomy.classes
        let empty = all.filter { !trained.contains($0) }
        guard let first = empty.first else { return }
        let listed =
            empty.prefix(12).joined(separator: ", ") + (empty.count > 12 ? " and \(empty.count - 12) more" : "")
        let count = data.objects.count { $0.node == first }
        throw RunFolder.Fault(
            description:
                "of the \(all.count) classes of \(recipe.taxonomy) these have no object to train on in "
                + "\(data.description.name): \(listed). "
                + (count > 0
                    ? "Give some of the \(count) objects of \(first) split train and something to see, or leave the class out"
                    : "Give the recipe a taxonomy without them")
        )
    }
}
