internal import AstroM3
internal import DataSets
internal import Ground
internal import Learning
internal import Sky
internal import Tensor

/// What becomes of the best weights: a calibrated model with objects to measure novelty by, and its card.
extension TrainingRun {
    func evaluator(_ weights: [String: ShapedArray]) throws -> Evaluator {
        try evaluator(manifest, Self.network(weights))
    }

    private func evaluator(_ manifest: ModelManifest, _ weights: [String: ShapedArray]) throws -> Evaluator {
        Evaluator(try ModelBuilder.model(manifest, weights: weights), threads: options.threads)
    }

    /// The best weights of this run, and of the runs of the model's other members.
    private func members() throws -> [[String: ShapedArray]] {
        let (own, whole) = (Self.network(try RunFolder.weights(folder.best)), try folder.description())
        return try [own]
            + options.others.enumerated().map { place, path in
                let other = EnsembleMember(number: place + 1, folder: RunFolder(path))
                try other.check(whole)
                guard try other.folder.manifest() == manifest else {
                    throw RunFolder.Fault(
                        description:
                            "\(path) sees other inputs than \(folder.path): train all members anew, in another folder"
                    )
                }
                return try other.weights()
            }
    }

    /// Calibrates the best weights, and makes the model of them.
    func finish() throws {
        let weights = MemberWeights.joined(try members())
        var (manifest, references, scored) = (made, [ModelBuilder.ReferenceRecord](), [[Record]]())
        var calibrated: Scores?
        // Encoders alone tell no class: nothing may be decided by a head that was never trained.
        if options.phase == .pretraining { manifest.training = .untrained }
        if options.phase == .finetuning {
            let records = EvaluatedRecords(objects, labels)
            calibrated = try calibrate(&manifest, weights, records)
            if options.keepsReferences {
                references = referenceRecords()
                scored = [unlabelledPackets.map(records.record), validation.map(\.record)]
            }
        }
        try ModelBuilder.create(
            folder: folder.model,
            manifest: manifest,
            weights: weights,
            references: references,
            scored: scored,
            isHalved: true
        )
        if let calibrated { try writeCard(manifest, calibrated) }
    }

    /// The manifest of the run's model before its calibration.
    private var made: ModelManifest {
        var manifest = manifest
        manifest.fold = options.fold
        manifest.architecture.members = 1 + options.others.count
        return manifest
    }

    /// Temperatures and gates by the validation objects, and the calibrated answers to these.
    private func calibrate(
        _ manifest: inout ModelManifest,
        _ weights: [String: ShapedArray],
        _ records: EvaluatedRecords
    ) throws -> Scores {
        let seen = recipe.examples.modalities
        if seen != [.photometry, .spectrum, .metadata] { manifest.modalities = seen.description }
        let answers = CalibrationAnswers(try evaluator(manifest, weights), of: unseen, records, labels)
        let fit = CalibrationFit(answers.all)
        manifest.calibration = fit.calibration(pointBins: manifest.calibration.pointBins)
        manifest.calibration.groups = Calibration.Groups(recipe.examples)
        manifest.decision = Gates.rule(fit.applied(to: answers.all), share: Self.gate)
        return fit.applied(to: answers.whole)
    }

    /// Writes the card of a model that has lost its own, or was made before a stop and its card not; the model stays as it is. Its
    /// figures are those of training, and it tells what the model knows of later calibrations.
    func writeCard(of model: Model) throws {
        let kept = try RunFolder.weights("\(folder.model)/weights.safetensors")
        // Of the very numbers that it was made of, where they are still there: those of the model are rounded.
        let best = (try? members()).map(MemberWeights.joined)
        let weights = best.flatMap { $0.mapValues(\.halved) == kept ? $0 : nil } ?? kept
        var manifest = made
        let calibrated = try calibrate(&manifest, weights, EvaluatedRecords(objects, labels))
        try writeCard(model.manifest, calibrated)
    }

    private func writeCard(_ manifest: ModelManifest, _ scores: Scores) throws {
        let card = ModelCard(
            manifest: manifest,
            description: try folder.description(),
            data: objects.data,
            pool: pool,
            scores: scores,
            recipe: recipe.text,
            // A checkpoint that is gone knew it, and the log does.
            steps: trainer.steps > 0 ? trainer.steps : folder.lastLook ?? phase.steps,
            notes: options.notes
        )
        try folder.write(Array(card.text.utf8), "model/card.md")
    }

    /// Real packets without a label, which training has not seen: what is usual among alerts they say best.
    private var unlabelledPackets: [Int] {
        let seen = Set(pool.alerts)
        return pool.schedules.filter { !seen.contains($0) }
    }

    /// Share of decisions that may be wrong.
    static let gate = 0.05
    /// Reference objects of all nodes together.
    private static let mostReferences = 3000

    /// Objects that training has seen, as an alert could show them, for novelty and neighbours. Labelled alerts and their
    /// objects are none: what they are told of themselves would be a neighbour at no distance.
    private func referenceRecords() -> [ModelBuilder.ReferenceRecord] {
        let data = objects.data
        var nodes: [String: [Int]] = [:]
        for object in pool.objects where !data.objects[object].hasAlert && !data.objects[object].hasPacket {
            nodes[data.objects[object].node, default: []].append(object)
        }
        var chosen: [Int] = []
        for (node, all) in nodes.sorted(by: { $0.key < $1.key }) {
            var generator = SplitMix64(seed: options.seed, name: "references \(node)")
            chosen += all.shuffled(using: &generator).prefix(
                min(recipe.model.references, Self.mostReferences / max(1, nodes.count))
            )
        }
        return chosen.map { object in
            var generator = SplitMix64(seed: options.seed, name: "reference \(object)")
            return ModelBuilder.ReferenceRecord(
                name: data.objects[object].name,
                label: data.objects[object].node,
                record: draw.example(of: object, &generator, periods: builder.periods(thread: 0)).record
            )
        }
    }

    /// The network's weights without those of the loss's scales.
    static func network(_ weights: [String: ShapedArray]) -> [String: ShapedArray] {
        weights.filter { !$0.key.hasPrefix("logit_scale_") }
    }
}
