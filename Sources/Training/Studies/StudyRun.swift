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
        /// Of the whole study.
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
    /// Objects that training has to see, in all and so far, and the time that it took.
    private var work = (whole: 0, done: 0, seconds: 0.0)

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
        try Self.write(study.text, "\(folder)/study.yaml")
    }

    /// Refuses a study of which any cell cannot be: before the first, and not after hours.
    private static func check(
        _ study: Study,
        _ cells: [StudyCell],
        _ objects: ObjectData,
        _ digest: String,
        _ labels: TrainingLabels
    ) throws {
        var known: Set<String> = []
        for cell in cells {
            let recipe = try variant(cell, study).recipe
            for phase in cell.isPretrained ? [TrainingRun.Phase.pretraining, .finetuning] : [.finetuning] {
                let isPretraining = phase == .pretraining
                // What differs in neither seeds nor starts has the same objects.
                let part = isPretraining ? "" : "\(cell.fraction) \(cell.draw)"
                guard known.insert("\(cell.variant) \(cell.fold ?? -1) \(phase) \(part)").inserted else { continue }
                var options = TrainingRun.Options(phase: phase, folder: "", seed: cell.seed, threads: 1)
                (options.fold, options.labels) = (cell.fold, isPretraining ? nil : cell.labels)
                do { _ = try RunObjects(recipe, objects, digest: digest, options) } catch let fault as RunFolder.Fault {
                    let title = isPretraining ? "pre-training of \(cell.place)" : cell.title
                    throw RunFolder.Fault(description: "\(title): \(fault.description)")
                }
            }
            guard !EvaluatedObjects(objects.data, labels, split: .test, fold: cell.fold).objects.isEmpty else {
                throw RunFolder.Fault(
                    description:
                        "\(cell.title): \(objects.data.description.name) has no object "
                        + (cell.fold.map { "of fold \($0)" } ?? "of split test, and the study names no folds")
                        + " with a class of its recipe to ask about"
                )
            }
        }
    }

    /// Runs what is not done, and makes the tables.
    ///
    /// - Throws: what a run throws, with the name of the cell's folder.
    package func run(shouldStop: () -> Bool, _ report: (Event) -> Void) throws -> Outcome {
        let pending = try pendingCells()
        work = (try wholeWork(pending), 0, 0)
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

    private func variant(_ cell: StudyCell) throws -> Study.Variant { try Self.variant(cell, study) }

    private static func variant(_ cell: StudyCell, _ study: Study) throws -> Study.Variant {
        guard let variant = study.variants.first(where: { $0.name == cell.variant }) else {
            throw RunFolder.Fault(description: "the study has no variant \(cell.variant)")
        }
        return variant
    }

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
    /// - Throws: `RunFolder.Fault` where one that is done is another than the study's.
    private func pendingCells() throws -> [StudyCell] {
        try cells.filter { cell in
            guard FileManager.default.fileExists(atPath: answersPath(cell)) else { return true }
            try check(options(cell, .finetuning), try variant(cell).recipe)
            // A stop may have come between the answers and this.
            try RunFolder(path(cell)).removeWhatIsNotNeeded(keepsBest: false)
            return false
        }
    }

    private func check(_ options: TrainingRun.Options, _ recipe: Recipe) throws {
        let tree = try TaxonomyFile.read(of: recipe)
        let wanted = try TrainingRun.description(recipe, tree, options, data.description.name, digest)
        try RunFolder(options.folder).check(
            wanted,
            of: "study",
            advice: "go on with what that was begun with, or name another folder"
        )
    }

    /// Whether a pre-training is done.
    private func isPretrained(_ cell: StudyCell) throws -> Bool {
        let run = RunFolder(pretrainingPath(cell))
        guard run.isDone, !run.hasCheckpoint else { return false }
        try check(options(cell, .pretraining), try variant(cell).recipe)
        return true
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
        let recipe = try variant(cell).recipe
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
            of: try Model(folder: run.model),
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
                secondsLeft: secondsLeft(work.done)
            )
        )
        return true
    }

    private func place(_ cell: StudyCell) -> Int { (cells.firstIndex(of: cell) ?? 0) + 1 }

    private func secondsLeft(_ done: Int) -> Double {
        Double(work.whole - done) * work.seconds / Double(max(1, done))
    }

    private func run(
        _ cell: StudyCell,
        _ phase: TrainingRun.Phase,
        _ title: String,
        _ shouldStop: () -> Bool,
        _ report: (Event) -> Void
    ) throws -> Bool {
        let clock = ContinuousClock()
        let (start, before) = (clock.now, work)
        let options = options(cell, phase)
        let recipe = try variant(cell).recipe
        let batch = (phase == .pretraining ? recipe.pretraining : recipe.finetuning).batch
        do {
            let training = try EnsembleRun(recipe, data, options)
            let outcome = try training.run(shouldStop: shouldStop) { now in
                work.seconds = before.seconds + (clock.now - start) / .seconds(1)
                report(
                    .training(
                        Report(
                            cell: place(cell),
                            cells: cells.count,
                            title: title,
                            training: now,
                            secondsLeft: secondsLeft(before.done + (now.step + (now.member.0 - 1) * now.steps) * batch)
                        )
                    )
                )
            }
            work.seconds = before.seconds + (clock.now - start) / .seconds(1)
            work.done = try before.done + size(cell, phase)
            guard case .done = outcome else { return false }
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
