internal import AstroM3
internal import DataSets
internal import Foundation
internal import Ground
internal import Learning
internal import Sky
internal import Tensor

/// What a run needs before its first step, and what is wrong with what it was given.
extension TrainingRun {
    /// What a run is asked for, as its folder keeps it.
    ///
    /// - Throws: `RunFolder.Fault` where the run that it is to begin with is none that it may.
    static func description(
        _ recipe: Recipe,
        _ tree: ClassTree,
        _ options: Options,
        _ data: String,
        _ digest: String
    ) throws -> RunFolder.Description {
        if let from = options.from { try checkStart(from, options) }
        return RunFolder.Description(
            phase: options.phase.rawValue,
            recipe: SHA256.hexadecimal(recipe.text),
            seed: options.seed,
            fold: options.fold,
            threads: options.threads,
            data: data,
            digest: digest,
            taxonomy: tree.digest,
            from: try options.from.map { try RunFolder($0).digestOfBest() },
            labels: options.labels,
            steps: options.steps,
            member: options.member == 0 ? nil : options.member
        )
    }

    /// The manifest of a new run, which is not begun with it, or of the one that is there.
    static func prepare(
        _ folder: RunFolder,
        _ recipe: Recipe,
        _ taxonomy: Taxonomy,
        _ description: RunFolder.Description,
        _ options: Options,
        _ pool: ExamplePool,
        _ draw: ExampleDraw,
        _ crew: WorkCrew,
        _ periods: PeriodCache
    ) throws -> ModelManifest {
        if folder.isBegun {
            guard options.resumes else {
                throw RunFolder.Fault(
                    description:
                        "\(folder.path) holds a run already: --resume goes on with it; else name another folder"
                )
            }
            try folder.check(description)
            return try folder.manifest()
        }
        var manifest = try ManifestMaker.manifest(
            recipe,
            taxonomy: taxonomy,
            version: "1.0.0",
            seed: options.seed,
            records: looks(recipe, options, pool, draw, crew, periods)
        )
        if let from = options.from {
            // What the pre-trained weights were trained on stays as it was for them.
            let former = try former(from, recipe)
            manifest.photometry = former.photometry
            if former.metadata.names == manifest.metadata.names { manifest.metadata = former.metadata }
        }
        return manifest
    }

    /// Some looks at the training objects, by which inputs are scaled.
    private static func looks(
        _ recipe: Recipe,
        _ options: Options,
        _ pool: ExamplePool,
        _ draw: ExampleDraw,
        _ crew: WorkCrew,
        _ periods: PeriodCache
    ) -> [Record] {
        let needsPeriod = LightCurveInput.needsPeriod(recipe.model.channels, constants: recipe.model.constants)
        let records = Guarded([Record?](repeating: nil, count: looks))
        let pieces = 40
        crew.run(pieces: pieces) { piece, _ in
            var generator = SplitMix64(seed: options.seed, name: "\(Stream.statistics.rawValue) \(piece)")
            let finder = needsPeriod ? PeriodFinder(periods) : nil
            for place in stride(from: piece, to: looks, by: pieces) {
                let record = draw.example(of: pool.draw(&generator), &generator, periods: finder).record
                records.change { $0[place] = record }
            }
        }
        return records.now.compactMap(\.self)
    }

    /// How many.
    private static let looks = 4000

    /// Refuses a start that has seen what the run keeps apart: only a pre-training knows no labels, and one of a fold has left out
    /// that fold alone. One of no fold serves any: labelled alerts are never in it.
    private static func checkStart(_ from: String, _ options: Options) throws {
        let folder = RunFolder(from)
        guard folder.isBegun else {
            throw RunFolder.Fault(
                description: "\(from) is no run that has weights: --from names the folder of a finished pre-training"
            )
        }
        let known = try folder.description()
        guard known.phase == Phase.pretraining.rawValue else {
            throw RunFolder.Fault(
                description:
                    "\(from) is a run of \(known.phase.plain(limit: 40)), which has seen labels: --from names the folder of a "
                    + "finished pre-training (trifid pretrain)"
            )
        }
        if let fold = known.fold, fold != options.fold {
            throw RunFolder.Fault(
                description:
                    "\(from) was pre-trained without fold \(fold), and this run "
                    + (options.fold.map { "keeps fold \($0) apart, which that has seen" } ?? "keeps no fold apart")
                    + ": begin with a pre-training of the same --fold, or of none"
            )
        }
    }

    /// The manifest of the run that this one begins with.
    ///
    /// - Throws: `RunFolder.Fault` where it is none that is done, or its network is another than the recipe's.
    private static func former(_ from: String, _ recipe: Recipe) throws -> ModelManifest {
        let folder = RunFolder(from)
        guard folder.isDone else {
            throw RunFolder.Fault(
                description: "\(from) is no run that is done: --from names the folder of a finished pre-training"
            )
        }
        let (known, wanted) = (try folder.recipe().model, recipe.model)
        if let (key, value) = compared.first(where: { $1(known) != $1(wanted) }) {
            throw RunFolder.Fault(
                description:
                    "\(from) has another network: model.\(key) is \(value(known)) there and \(value(wanted)) in this "
                    + "recipe; give both the same, or pre-train anew"
            )
        }
        return try folder.manifest()
    }

    /// What of a recipe's model must be as it was in the pre-training: all but the features, whose encoder can start anew.
    private static let compared: [(String, @Sendable (Recipe.Model) -> String)] = [
        ("layers", { "\($0.layers)" }), ("width", { "\($0.width)" }), ("heads", { "\($0.heads)" }),
        ("tokens", { $0.tokens.rawValue }), ("norm", { $0.norm.rawValue }), ("positions", { $0.positions.rawValue }),
        ("feedForward", { "\($0.feedForward)" }), ("embedding", { "\($0.embedding)" }),
        ("metadataWidth", { "\($0.metadataWidth)" }), ("points", { "\($0.points)" }),
        ("spectra", { "\($0.spectra)" }),
        ("spectrum", { $0.spectra ? "\($0.spectrum)" : "none" }),
        ("fusesInputs", { "\($0.fusesInputs)" }), ("quantiles", { "\($0.quantiles)" }),
        ("channels", { $0.channels.joined(separator: ", ") }), ("constants", { $0.constants.joined(separator: ", ") }),
    ]

    /// Pre-trained weights that have their place in this network, and what is to be said of the others. What sees the metadata
    /// starts anew as a whole where the features are others: inner layers mean nothing to another first one. So does the head of
    /// other classes, which pre-training has not trained.
    ///
    /// - Throws: `RunFolder.Fault` naming the file and the first other tensor that is missing, has another shape, or holds what is no
    ///   number: the first loss would be none either, and the folder begun in vain.
    static func fitting(
        _ weights: [String: ShapedArray],
        from: String,
        _ manifest: ModelManifest
    ) throws -> (weights: [String: ShapedArray], remarks: [String]) {
        let (start, network) = (RunFolder(from), Network(manifest))
        let former = try start.manifest()
        var (anew, remarks) = ([Parameter](), [String]())
        if former.metadata.names != manifest.metadata.names {
            anew += (network.metadata?.parameters ?? []) + (network.fusion?.parameters ?? [])
            remarks.append(
                "the metadata encoder \(network.fusion == nil ? "starts" : "and what is fused start") anew: \(from) saw "
                    + "\(former.metadata.features.count) features, this run sees \(manifest.metadata.features.count)"
            )
        }
        if former.taxonomy.classes != manifest.taxonomy.classes { anew += network.head.parameters }
        var kept: [String: ShapedArray] = [:]
        let scales = TrimodalLoss<Float>.scales(temperature: 1)
        for parameter in network.parameters + scales where !anew.contains(parameter) {
            guard let array = weights[parameter.name], array.shape == parameter.shape else {
                let found = weights[parameter.name].map { "is \($0.shape)" } ?? "is missing"
                throw RunFolder.Fault(
                    description:
                        "\(start.best) does not hold the weights of its run: \(parameter.name) should be \(parameter.shape), and "
                        + "\(found); put back what the pre-training has written, or pre-train anew"
                )
            }
            if let place = array.values.firstIndex(where: { !$0.isFinite }) {
                throw RunFolder.Fault(
                    description:
                        "\(start.best) holds weights that are no start: \(parameter.name) is \(array.values[place]) in place "
                        + "\(place + 1) of \(parameter.count), and a finite number should stand there; put back what the "
                        + "pre-training has written, or pre-train anew"
                )
            }
            kept[parameter.name] = array
        }
        return (kept, remarks)
    }

    static func settings(
        _ phase: Recipe.Phase,
        _ kind: Phase,
        _ labels: TrainingLabels,
        _ data: DataSet,
        _ pool: ExamplePool
    ) throws -> Trainer.Settings {
        var settings = Trainer.Settings()
        settings.temperature = phase.temperature
        settings.optimiser.decay = phase.decay
        settings.optimiser.beta2 = phase.beta2
        settings.optimiser.decaysVectors = phase.decaysVectors
        settings.rate = LearningRate(peak: phase.rate, warmUp: phase.warmUp, isCosine: phase.cosine)
        settings.steps = phase.steps
        settings.clip = phase.clip > 0 ? phase.clip : nil
        settings.contrastive = phase.contrastive
        settings.dropout = phase.dropout
        settings.fusedDropout = phase.fusedDropout
        settings.averaging = phase.averaging > 0 ? phase.averaging : nil
        guard kind == .finetuning else { return settings }
        var counts = [Double](repeating: 0, count: labels.leaves.reduce(0) { max($0, ($1.max() ?? -1) + 1) })
        for object in pool.objects {
            guard let label = labels.number(of: data.objects[object].node) else { continue }
            for leaf in labels.leaves[label] { counts[leaf] += 1 / Double(labels.leaves[label].count) }
        }
        let total = counts.reduce(0, +)
        settings.classification = labels.loss(
            smoothing: phase.smoothing,
            priorShift: phase.priorShift,
            priors: counts.map { $0 / max(total, 1) }
        )
        return settings
    }

    static func validation(
        _ pool: ExamplePool,
        _ draw: ExampleDraw,
        _ options: Options,
        _ periods: PeriodFinder?
    ) -> [Example] {
        var examples: [Example] = []
        for object in pool.objects {
            var generator = SplitMix64(seed: options.seed, name: "\(Stream.validation.rawValue) \(object)")
            examples.append(draw.example(of: object, &generator, periods: periods))
        }
        // In an order without classes, for the contrastive loss's batches.
        var generator = SplitMix64(seed: options.seed, name: Stream.validation.rawValue)
        examples.shuffle(using: &generator)
        return examples
    }
}

extension RunFolder.Description {
    /// What differs, in words.
    func difference(from other: Self) -> String {
        if phase != other.phase { return "phase (\(phase))" }
        if recipe != other.recipe { return "recipe" }
        if seed != other.seed { return "seed (\(seed))" }
        if fold != other.fold { return "fold (\(fold.map(String.init) ?? "none"))" }
        if threads != other.threads { return "number of threads (\(threads))" }
        if from != other.from { return "start (\(from == nil ? "a seed" : "other pre-trained weights"))" }
        if taxonomy != other.taxonomy { return "taxonomy" }
        if labels != other.labels {
            return "part of the labels (\(labels.map { "\($0.percentage), draw \($0.draw)" } ?? "all"))"
        }
        if steps != other.steps { return "number of steps (\(steps.map(String.init) ?? "the recipe's"))" }
        if member != other.member { return "member (\(member ?? 0))" }
        return data == other.data ? "state of the data set \(data)" : "data set (\(data))"
    }
}

extension MetadataInput {
    fileprivate var names: [String] { features.map(\.name) }
}
