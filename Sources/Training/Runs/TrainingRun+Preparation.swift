internal import AstroM3
internal import DataSets
internal import Foundation
internal import Ground
internal import Learning
internal import Sky
internal import Tensor

/// What a run needs before its first step, and what is wrong with what it was given.
extension TrainingRun {
    /// Refuses data that the phase cannot learn from.
    static func check(
        _ recipe: Recipe,
        _ pool: ExamplePool,
        _ labels: TrainingLabels,
        _ data: DataSet,
        _ phase: Phase
    ) throws {
        let known = data.features.names
        let needed = recipe.model.features.flatMap { DerivedFeatures.bases[$0] ?? [$0] }
        if let name = needed.first(where: { !known.contains($0) }) {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no feature '\(name.plain(limit: 60))', which the recipe lists: "
                    + "metadata.csv has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
            )
        }
        guard !pool.isEmpty else {
            throw RunFolder.Fault(
                description:
                    "\(data.description.name) has no object to train on: objects.csv needs objects with split train"
                    + (phase == .finetuning ? " and a node of the taxonomy" : "") + ", and light curves or spectra"
            )
        }
        if let object = data.objects.first(where: { !$0.node.isEmpty && labels.number(of: $0.node) == nil }) {
            throw RunFolder.Fault(
                description: "the taxonomy has no node '\(object.node.plain(limit: 60))', which objects.csv gives "
                    + "'\(object.name.plain(limit: 60))': correct the one or the other"
            )
        }
    }

    /// The manifest of a new run, or of the one that is there.
    static func prepare(
        _ folder: RunFolder,
        _ recipe: Recipe,
        _ taxonomy: Taxonomy,
        _ description: RunFolder.Description,
        _ options: Options,
        _ pool: ExamplePool,
        _ draw: ExampleDraw
    ) throws -> ModelManifest {
        if folder.isBegun {
            guard options.resumes else {
                throw RunFolder.Fault(
                    description:
                        "\(folder.path) holds a run already: --resume goes on with it; else name another folder"
                )
            }
            let known = try folder.description()
            guard known == description else {
                throw RunFolder.Fault(
                    description:
                        "\(folder.path) is a run of another \(known.difference(from: description)): go on with "
                        + "what it was begun with, or name another folder"
                )
            }
            return try folder.manifest()
        }
        var generator = SplitMix64(seed: options.seed, name: Stream.statistics.rawValue)
        let records = (0..<4000).map { _ in draw.example(of: pool.draw(&generator), &generator).record }
        var manifest = try ManifestMaker.manifest(
            recipe,
            taxonomy: taxonomy,
            version: "1.0.0",
            seed: options.seed,
            records: records
        )
        if let from = options.from {
            // What the pre-trained weights were trained on stays as it was for them.
            let former = try RunFolder(from).manifest()
            manifest.photometry = former.photometry
        }
        try folder.begin(description, recipe: recipe.text, manifest: manifest)
        return manifest
    }

    /// Pre-trained weights that have their place in this network; the others start anew.
    static func fitting(
        _ weights: [String: ShapedArray],
        _ manifest: ModelManifest
    ) -> [String: ShapedArray] {
        let shapes = Dictionary(uniqueKeysWithValues: Network(manifest).parameters.map { ($0.name, $0.shape) })
        return weights.filter { shapes[$0.key] == $0.value.shape || $0.key.hasPrefix("logit_scale_") }
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

    static func validation(_ pool: ExamplePool, _ draw: ExampleDraw, _ options: Options) -> [Example] {
        var examples: [Example] = []
        for object in pool.objects {
            var generator = SplitMix64(seed: options.seed, name: "\(Stream.validation.rawValue) \(object)")
            examples.append(draw.example(of: object, &generator))
        }
        // In an order without classes, for the contrastive loss's batches.
        var generator = SplitMix64(seed: options.seed, name: Stream.validation.rawValue)
        examples.shuffle(using: &generator)
        return examples
    }
}

extension RunFolder.Description {
    /// What differs, in words.
    fileprivate func difference(from other: Self) -> String {
        if phase != other.phase { return "phase (\(phase))" }
        if recipe != other.recipe { return "recipe" }
        if seed != other.seed { return "seed (\(seed))" }
        if fold != other.fold { return "fold (\(fold.map(String.init) ?? "none"))" }
        if threads != other.threads { return "number of threads (\(threads))" }
        if from != other.from { return "start (\(from ?? "none"))" }
        return "data set (\(data), \(objects) objects, \(points) points)"
    }
}
