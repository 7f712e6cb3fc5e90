internal import AstroM3
package import DataSets
internal import Foundation
internal import Ground
internal import Learning
internal import Sky
internal import Tensor

/// One phase of training, from a recipe and a data set to a model's folder: resumable at every look at the validation objects,
/// to the same weights as without an interruption.
package final class TrainingRun {
    package enum Phase: String, Sendable, CaseIterable {
        case pretraining
        case finetuning

        var purpose: ExampleDraw.Purpose { self == .pretraining ? .pretraining : .finetuning }
    }

    /// What a run is asked for.
    package struct Options: Sendable {
        package var phase: Phase
        package var folder: String
        /// The run whose weights it begins with.
        package var from: String?
        package var fold: Int?
        package var seed: UInt64
        package var threads: Int
        package var resumes: Bool
        /// What the maker adds to the model's card, in Markdown.
        package var notes = ""
        /// The part of the labels that fine-tuning sees; nil: all.
        package var labels: LabelShare?
        /// Steps in place of the recipe's.
        package var steps: Int?
        /// Whether the model gets reference objects, which novelty and neighbours need.
        package var keepsReferences = true
        /// Which of an ensemble's networks it trains (`EnsembleRun`): others have other draws, and other starting weights where no
        /// pre-training gives them.
        package var member = 0
        /// Folders of the runs whose best weights are the model's other members.
        package var others: [String] = []

        /// The seed of draws and of the weights that no pre-training gives. What inputs are like, and what is looked at, is the same
        /// for all members.
        var ownSeed: UInt64 { member == 0 ? seed : SplitMix64.number(seed, "member", member) }

        package init(phase: Phase, folder: String, seed: UInt64, threads: Int) {
            (self.phase, self.folder, self.seed, self.threads) = (phase, folder, seed, threads)
            (from, fold, resumes) = (nil, nil, false)
        }
    }

    /// How far it is.
    package struct Report: Sendable {
        package var step: Int
        package var steps: Int
        package var loss: Double
        /// Of the validation objects; nil between two looks.
        package var validation: Double?
        package var isBest = false
        package var objectsPerSecond: Double
        package var secondsLeft: Double
        var secondsPerStep: Double
        /// Which of how many networks is being trained, from 1.
        package var member = (1, 1)
    }

    /// What the weights were chosen by, at the best look.
    package enum Best: Sendable, Hashable {
        case validationLoss(Double)
        case meanReciprocalRank(Double)
    }

    /// How it ended.
    package enum Outcome: Sendable, Hashable {
        case done(model: String, best: Best)
        /// Asked to stop: `--resume` goes on.
        case interrupted(step: Int)
    }

    private let lock: FolderLock
    let recipe: Recipe
    let options: Options
    let phase: Recipe.Phase
    let folder: RunFolder
    let labels: TrainingLabels
    let taxonomy: Taxonomy
    let objects: ObjectData
    let pool: ExamplePool
    let draw: ExampleDraw
    private let periods = PeriodCache(capacity: 1 << 19)
    let builder: InputBuilder
    private let crew: WorkCrew
    let manifest: ModelManifest
    let trainer: Trainer
    let validation: [Example]
    /// The objects of these looks, each once.
    let unseen: [Int]
    /// What whoever started the run should know.
    package let remarks: [String]
    /// What the best weights have the least of: the loss of the validation objects; in pre-training one less the mean reciprocal
    /// rank of their partners, since that loss rises while the embeddings still get better (`PartnerRetrieval`).
    private var best = Double.infinity
    private var looksSinceBest = 0
    /// Labelled validation objects that have something of a modality that the model can use; counted at the first look.
    var usable: [ModalitySet: Int]?
    /// Of the steps since the last look.
    private var losses = (sum: 0.0, count: 0)

    /// Numbers that tell the uses of randomness apart.
    enum Stream: String {
        case batches, noise, validation, statistics
    }

    /// Prepares a run, or reads the one that it goes on with.
    ///
    /// - Throws: what is wrong with recipe, folder or data.
    package convenience init(_ recipe: Recipe, _ data: DataSet, _ options: Options) throws {
        try self.init(recipe, RunObjects(recipe, data, options), options)
    }

    /// - Parameter lock: that of the folder, where whoever trains has it already.
    init(_ recipe: Recipe, _ given: RunObjects, _ options: Options, lock: FolderLock? = nil) throws {
        self.recipe = recipe
        self.options = options
        var phase = options.phase == .pretraining ? recipe.pretraining : recipe.finetuning
        phase.steps = options.steps ?? phase.steps
        self.phase = phase
        folder = RunFolder(options.folder)
        (taxonomy, labels, objects, pool) = (given.tree.taxonomy, given.labels, given.objects, given.pool)
        let (data, unseen) = (given.data, given.unseen)
        draw = ExampleDraw(
            objects,
            labels: labels,
            rules: given.tree.draws,
            recipe.examples,
            options.phase.purpose,
            pool: pool
        )
        // Inputs are scaled by what their encoders see in any phase, and not by what the labels are seen with.
        var shown = recipe.examples
        shown.modalities = [.photometry, .spectrum, .metadata]
        let wholeDraw = ExampleDraw(
            objects,
            labels: labels,
            rules: given.tree.draws,
            shown,
            options.phase.purpose,
            pool: given.whole
        )
        crew = WorkCrew(size: max(1, options.threads), name: "draw")
        let description = try Self.description(recipe, given.tree, options, data.description.name, given.digest)
        self.lock = try lock ?? FolderLock(options.folder)
        // What inputs are like is known without labels.
        manifest = try Self.prepare(
            folder,
            recipe,
            taxonomy,
            description,
            options,
            given.whole,
            wholeDraw,
            crew,
            periods
        )
        builder = InputBuilder(manifest, threads: options.threads, periods)
        validation = Self.validation(unseen, draw, options, builder.periods(thread: 0))
        self.unseen = unseen.objects
        var weights: [String: ShapedArray] = [:]
        if let from = options.from {
            (weights, remarks) = try Self.fitting(RunFolder.weights(RunFolder(from).best), from: from, manifest)
        } else {
            remarks = []
        }
        // Nothing is begun with what can be no start.
        if !folder.isBegun { try folder.begin(description, recipe: recipe.text, manifest: manifest) }
        var own = manifest
        own.seed = options.ownSeed
        trainer = Trainer(
            own,
            weights: weights,
            try Self.settings(phase, options.phase, labels, data, pool),
            threads: options.threads
        )
        if options.resumes, folder.hasCheckpoint {
            let checkpoint = try trainer.resume(from: folder.checkpoint)
            best = checkpoint.notes["best"].flatMap(Double.init) ?? .infinity
            looksSinceBest = checkpoint.notes["looksSinceBest"].flatMap(Int.init) ?? 0
            losses.sum = checkpoint.notes["lossSum"].flatMap(Double.init) ?? 0
            losses.count = checkpoint.notes["lossCount"].flatMap(Int.init) ?? 0
            try folder.cutLog(after: checkpoint.steps)
        }
    }

    deinit { crew.stop() }

    /// Trains to the end, or until it is asked to stop.
    package func run(shouldStop: () -> Bool, _ report: (Report) -> Void) throws -> Outcome {
        // One that cannot be read is made again from the best weights; no other: it may have been calibrated since.
        if let model = try? Model(folder: folder.model) {
            if !folder.isDone { try writeCard(of: model) }
            return .done(model: folder.model, best: chosenBy)
        }
        try folder.removeModel()
        let clock = ContinuousClock()
        let (start, first) = (clock.now, trainer.steps)
        while trainer.steps < phase.steps, !isExhausted {
            if shouldStop() {
                try keep()
                return .interrupted(step: trainer.steps)
            }
            let step = trainer.steps
            let noise = SplitMix64.number(options.ownSeed, Stream.noise.rawValue, step)
            let result = try trainer.step(builder.input(batch(step), noise: noise))
            losses.sum += result.loss
            losses.count += 1
            let elapsed = (clock.now - start) / .seconds(1)
            let rate = Double(trainer.steps - first) / max(elapsed, 1e-9)
            var now = Report(
                step: trainer.steps,
                steps: phase.steps,
                loss: losses.sum / Double(losses.count),
                objectsPerSecond: rate * Double(phase.batch),
                secondsLeft: Double(phase.steps - trainer.steps) / max(rate, 1e-9),
                secondsPerStep: 1 / max(rate, 1e-9)
            )
            if trainer.steps % phase.epoch == 0 || trainer.steps == phase.steps {
                try look(&now, elapsed)
            }
            report(now)
        }
        try finish()
        return .done(model: folder.model, best: chosenBy)
    }

    private var isExhausted: Bool { phase.patience > 0 && looksSinceBest >= phase.patience }

    /// Writes the checkpoint.
    private func keep() throws {
        var checkpoint = trainer.checkpoint
        checkpoint.notes = [
            "best": "\(best)", "looksSinceBest": "\(looksSinceBest)", "lossSum": "\(losses.sum)",
            "lossCount": "\(losses.count)",
        ]
        try checkpoint.write(to: folder.checkpoint)
    }

    private func batch(_ step: Int) -> [InputBuilder.Rows] {
        let results = Guarded([InputBuilder.Rows?](repeating: nil, count: phase.batch))
        let seed = SplitMix64.number(options.ownSeed, Stream.batches.rawValue, step)
        crew.run(pieces: phase.batch) { [pool, draw, builder] piece, thread in
            var generator = SplitMix64(seed: seed &+ UInt64(piece) &* 0xD1B5_4A32_D192_ED03)
            let periods = builder.periods(thread: thread)
            let example = draw.example(of: pool.draw(&generator), &generator, periods: periods)
            let rows = builder.rows(example, thread: thread)
            results.change { $0[piece] = rows }
        }
        return results.change { $0 }.compactMap { $0 }
    }

    /// Looks at the validation objects, keeps the weights where they are the best, and writes the checkpoint.
    private func look(_ report: inout Report, _ elapsed: Double) throws {
        var extra: [JSONValue.Member] = []
        let (loss, criterion) = try validate(&extra)
        guard loss.isFinite else {
            throw TrainingError.notFinite(step: report.step, what: "the loss of the validation objects (\(loss))")
        }
        guard loss > 0 || options.phase == .finetuning else {
            throw RunFolder.Fault(
                description:
                    "no two validation objects have the same two of light curve, spectrum and metadata: there is nothing to "
                    + "choose the weights by"
            )
        }
        report.validation = loss
        report.isBest = criterion < best
        if report.isBest {
            (best, looksSinceBest) = (criterion, 0)
            try folder.write(weights: trainer.averagedWeights, to: folder.best)
        } else {
            looksSinceBest += 1
        }
        try folder.add(
            .object(
                [
                    .init("step", .integer(Int64(report.step))), .init("loss", .number(report.loss)),
                    .init("validation", .number(loss)), .init("best", .bool(report.isBest)),
                    .init("seconds", .number((elapsed * 10).rounded() / 10)),
                ] + extra
            )
        )
        try folder.drawCurves("\(manifest.name), \(options.phase.rawValue)")
        losses = (0, 0)
        try keep()
    }

    private var chosenBy: Best { options.phase == .finetuning ? .validationLoss(best) : .meanReciprocalRank(1 - best) }
}
