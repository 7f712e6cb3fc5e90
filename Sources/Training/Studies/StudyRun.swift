internal import AstroM3
package import DataSets
internal import Foundation
internal import Ground
internal import Learning
package import Sky

/// A study, cell by cell, in a folder:
///
///     study.yaml                as it was given
///     pretraining/NAME/         runs that cells begin with, each shared by those of one variant, seed and fold
///     cells/NAME/               the run of a cell, with its model and its answers
///     cells/NAME/answers.jsonl  what it says of the objects that it has not seen (`StudyAnswer`): there when it is done
///     tables.md, tables.json    when all are done
///
/// Each cell is a run that can be stopped anywhere and gone on with to the same bits; tables are made of answers alone. A
/// study may grow: cells that are done are not run again, and one that was made with another recipe or other data is refused.
package final class StudyRun {
    /// How far it is.
    package struct Report: Sendable {
        /// Number of the cell, from 1, and how many there are.
        package var cell: Int
        package var cells: Int
        /// What is trained.
        package var title: String
        package var training: TrainingRun.Report
        /// Of the whole study; infinite before the first step that tells it.
        package var secondsLeft: Double
    }

    /// What is done.
    package enum Event: Sendable {
        case training(Report)
        /// A cell is done, with its balanced accuracy by sets of modalities.
        case done(cell: Int, of: Int, title: String, [(ModalitySet, Double)], secondsLeft: Double)
    }

    /// How it ended.
    package enum Outcome: Sendable {
        case done(StudyTables)
        /// Asked to stop: `--resume` goes on.
        case interrupted(String)
    }

    private let study: Study
    private let data: DataSet
    private let folder: String
    private let threads: Int
    private let lock: FolderLock
    private let labels: TrainingLabels
    private let digest: String
    private let objects: ObjectData
    private let cells: [StudyCell]
    private var progress = StudyProgress(whole: 0)

    /// - Throws: what is wrong with folder, recipes or data.
    package init(_ study: Study, _ data: DataSet, folder: String, threads: Int, resumes: Bool) throws {
        (self.study, self.data, self.folder, self.threads) = (study, data, folder, threads)
        guard let first = study.variants.first else { throw RunFolder.Fault(description: "the study has no variant") }
        labels = TrainingLabels(try TaxonomyFile.read(of: first.recipe).taxonomy)
        objects = try ObjectData(data)
        digest = objects.digest
        cells = study.cells
        if let fold = study.folds.first(where: { fold in !data.objects.contains { $0.fold == fold } }) {
            throw RunFolder.Fault(description: "\(data.description.name) has no fold \(fold), which the study names")
        }
        try Self.check(study, cells, objects, digest, labels)
        lock = try FolderLock(folder)
        guard resumes || !FileManager.default.fileExists(atPath: "\(folder)/study.yaml") else {
            throw RunFolder.Fault(
                description: "\(folder) holds a study already: --resume goes on with it; else name another folder"
            )
        }
    }

    /// Runs what is not done, and makes the tables.
    ///
    /// - Throws: what a run throws, with the name of the cell's folder.
    package func run(shouldStop: () -> Bool, _ report: (Event) -> Void) throws -> Outcome {
        let pending = try pendingCells()
        progress = StudyProgress(whole: try wholeWork(pending))
        // A study that is refused leaves the file of the one whose cells are there.
        try Self.write(study.text, "\(folder)/study.yaml")
        for cell in pending {
            guard !shouldStop() else { return .interrupted(cell.title) }
            if cell.isPretrained {
                guard try pretrain(cell, shouldStop, report) else {
                    return .interrupted("pre-training of \(cell.place)")
                }
            }
            guard try train(cell, shouldStop, report) else { return .interrupted(cell.title) }
        }
        return .done(try tables())
    }

    private func path(_ cell: StudyCell) -> String { "\(folder)/cells/\(cell.name)" }
    private func pretrainingPath(_ cell: StudyCell) -> String { "\(folder)/pretraining/\(cell.pretraining)" }
    private func answersPath(_ cell: StudyCell) -> String { "\(path(cell))/answers.jsonl" }

    private func options(_ cell: StudyCell, _ phase: TrainingRun.Phase) -> TrainingRun.Options {
        let isPretraining = phase == .pretraining
        var options = TrainingRun.Options(
            phase: phase,
            folder: isPretraining ? pretrainingPath(cell) : path(cell),
            seed: isPretraining ? cell.seed : cell.tuningSeed,
            threads: threads
        )
        (options.fold, options.resumes, options.keepsReferences) = (cell.fold, true, false)
        guard !isPretraining else { return options }
        options.labels = cell.labels
        options.steps = study.shares.first { $0.fraction == cell.fraction }?.steps
        if cell.isPretrained { options.from = pretrainingPath(cell) }
        return options
    }

    /// The cells that are not done.
    ///
    /// - Throws: `RunFolder.Fault` where a cell or a pre-training that is there is another than the study's, or answers are damaged:
    ///   before the first step, and not after hours.
    private func pendingCells() throws -> [StudyCell] {
        try cells.filter { cell in
            let recipe = try study.variant(of: cell).recipe
            guard FileManager.default.fileExists(atPath: answersPath(cell)) else {
                // What a cell is to begin with is known when its pre-training is done.
                if try !cell.isPretrained || isPretrained(cell) { try check(options(cell, .finetuning), recipe) }
                return true
            }
            try check(options(cell, .finetuning), recipe)
            try CellAnswers(file: answersPath(cell), model: RunFolder(path(cell)).model)
                .check(objects, labels, fold: cell.fold, threads: threads)
            // A stop may have come between the answers and this.
            try RunFolder(path(cell)).removeWhatIsNotNeeded(keepsBest: false)
            return false
        }
    }

    /// Refuses a run that has begun as another than the study's, and those of an ensemble's other networks.
    private func check(_ options: TrainingRun.Options, _ recipe: Recipe) throws {
        let tree = try TaxonomyFile.read(of: recipe)
        var wanted = try TrainingRun.description(recipe, tree, options, data.description.name, digest)
        let run = RunFolder(options.folder)
        for member in 0..<EnsembleRun.count(recipe, options.phase) {
            let folder = member == 0 ? run : RunFolder(run.member(member))
            guard folder.isBegun || member == 0 && run.isDone else { continue }
            wanted.member = member == 0 ? nil : member
            try folder.check(
                wanted,
                of: "study",
                advice: "go on with what that was begun with, or name another folder"
            )
        }
    }

    /// Whether a pre-training is done.
    ///
    /// - Throws: `RunFolder.Fault` where one that has begun is another than the study's.
    private func isPretrained(_ cell: StudyCell) throws -> Bool {
        try check(options(cell, .pretraining), try study.variant(of: cell).recipe)
        let run = RunFolder(pretrainingPath(cell))
        return run.isDone && !run.hasCheckpoint
    }

    private func wholeWork(_ pending: [StudyCell]) throws -> Int {
        var (sum, pretrainings) = (0, Set<String>())
        for cell in pending {
            sum += try size(cell, .finetuning)
            guard cell.isPretrained, pretrainings.insert(cell.pretraining).inserted, try !isPretrained(cell) else {
                continue
            }
            sum += try size(cell, .pretraining)
        }
        return sum
    }

    /// Objects that a run's steps see.
    private func size(_ cell: StudyCell, _ kind: TrainingRun.Phase) throws -> Int {
        let recipe = try study.variant(of: cell).recipe
        let phase = kind == .pretraining ? recipe.pretraining : recipe.finetuning
        return (options(cell, kind).steps ?? phase.steps) * phase.batch * EnsembleRun.count(recipe, kind)
    }

    private func pretrain(
        _ cell: StudyCell,
        _ shouldStop: () -> Bool,
        _ report: (Event) -> Void
    ) throws -> Bool {
        if try isPretrained(cell) { return true }
        let isDone = try run(cell, .pretraining, "pre-training of \(cell.place)", shouldStop, report)
        if isDone { try RunFolder(pretrainingPath(cell)).removeWhatIsNotNeeded(keepsBest: true) }
        return isDone
    }

    private func train(
        _ cell: StudyCell,
        _ shouldStop: () -> Bool,
        _ report: (Event) -> Void
    ) throws -> Bool {
        guard try run(cell, .finetuning, cell.title, shouldStop, report) else { return false }
        let run = RunFolder(path(cell))
        let found = StudyAnswer.answers(
            of: try Model(folder: run.model, isCorrected: false),
            objects,
            fold: cell.fold,
            threads: threads
        )
        guard !found.isEmpty else {
            throw RunFolder.Fault(
                description: "\(data.description.name) has no object "
                    + (cell.fold.map { "of fold \($0)" } ?? "of split test") + " with a class of \(cell.variant)"
            )
        }
        // Cells are done once they have answered.
        try Self.write(Array(found.map { $0.json.line + "\n" }.joined().utf8), answersPath(cell))
        try run.removeWhatIsNotNeeded(keepsBest: false)
        let verdicts = StudyVerdicts(labels, [(cell, found)])
        let accuracies = study.modalities.compactMap { set in
            verdicts.settings.first { !verdicts.objects($0, set).isEmpty }.map {
                (set, verdicts.row($0, set).balancedAccuracy.mean)
            }
        }
        report(
            .done(
                cell: place(cell),
                of: cells.count,
                title: cell.title,
                accuracies,
                secondsLeft: progress.secondsLeft
            )
        )
        return true
    }

    private func place(_ cell: StudyCell) -> Int { (cells.firstIndex(of: cell) ?? 0) + 1 }

    private func run(
        _ cell: StudyCell,
        _ phase: TrainingRun.Phase,
        _ title: String,
        _ shouldStop: () -> Bool,
        _ report: (Event) -> Void
    ) throws -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        func seconds() -> Double { (clock.now - start) / .seconds(1) }
        let options = options(cell, phase)
        let recipe = try study.variant(of: cell).recipe
        let batch = (phase == .pretraining ? recipe.pretraining : recipe.finetuning).batch
        do {
            let training = try EnsembleRun(
                recipe,
                RunObjects(recipe, objects, digest: digest, options),
                options
            )
            let outcome = try training.run(shouldStop: shouldStop) { now in
                let seen = (now.step + (now.member.0 - 1) * now.steps) * batch
                progress.step(batch, to: seen, after: seconds())
                report(
                    .training(
                        Report(
                            cell: place(cell),
                            cells: cells.count,
                            title: title,
                            training: now,
                            secondsLeft: progress.secondsLeft
                        )
                    )
                )
            }
            guard case .done = outcome else { return false }
            progress.endRun(of: try size(cell, phase), after: seconds())
            return true
        } catch let error as TrainingError {
            throw RunFolder.Fault(description: "\(options.folder): \(error)")
        } catch let fault as RunFolder.Fault {
            // Most say the folder themselves.
            let isNamed = fault.description.contains(options.folder)
            throw isNamed ? fault : RunFolder.Fault(description: "\(options.folder): \(fault.description)")
        }
    }

    private func tables() throws -> StudyTables {
        let answers = try cells.map { (cell: $0, answers: try StudyAnswer.read(answersPath($0))) }
        let tables = StudyTables(labels, answers, modalities: study.modalities, samples: study.samples)
        let (name, set) = (study.name, data.description.name)
        try Self.write(Array(tables.markdown(name: name, data: set).utf8), "\(folder)/tables.md")
        try Self.write(Array((tables.json(name: name, data: set).line + "\n").utf8), "\(folder)/tables.json")
        return tables
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        try bytes.withUnsafeBytes { try DurableFile.write($0, to: path) }
    }
}
