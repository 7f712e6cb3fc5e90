internal import AstroM3
package import DataSets
internal import Foundation
internal import Ground

/// The runs that one model comes from: as many fine-tunings as the recipe has members, each with draws of its own and everything
/// else alike, one after another. Without a pre-training each has starting weights of its own too; from one they all begin with its
/// weights, the head that it has not trained among them. The first trains last, in the folder itself, and makes the model of all;
/// the others have folders below `members`.
package final class EnsembleRun {
    private let recipe: Recipe
    private let objects: RunObjects
    private let options: TrainingRun.Options
    /// Of the folder of all, from before the first member to the end.
    private let lock: FolderLock
    /// The first of the runs that are left.
    private var next: TrainingRun
    private var member: Int

    /// What whoever started the run should know.
    package let remarks: [String]

    /// Prepares the first run, or the one that it goes on with.
    ///
    /// - Throws: what is wrong with recipe, folder or data.
    package convenience init(_ recipe: Recipe, _ data: DataSet, _ options: TrainingRun.Options) throws {
        try self.init(recipe, RunObjects(recipe, data, options), options)
    }

    /// The same of objects that the caller has: a study's runs share them.
    init(_ recipe: Recipe, _ objects: RunObjects, _ options: TrainingRun.Options) throws {
        let members = Self.count(recipe, options.phase)
        let name = objects.data.description.name
        let wanted = try TrainingRun.description(recipe, objects.tree, options, name, objects.digest)
        lock = try FolderLock(options.folder)
        try Self.check(options, wanted, members)
        (self.recipe, self.objects, self.options) = (recipe, objects, options)
        // The others first; those that are done are looked through in no time, and hold nothing that the next needs.
        member = members - 1
        // The model of all has what they were trained for, and theirs may have been cleared away since.
        let own = RunFolder(options.folder)
        if own.isBegun, (try? Model(folder: own.model)) != nil { member = 0 }
        while member > 0, RunFolder(Self.folder(member, options)).isDone { member -= 1 }
        next = try TrainingRun(recipe, objects, Self.options(member, options, members), lock: member == 0 ? lock : nil)
        remarks = next.remarks
    }

    /// Refuses a folder that holds anything else than what is left of this very ensemble: before the first member, and not after
    /// hours.
    private static func check(
        _ options: TrainingRun.Options,
        _ wanted: RunFolder.Description,
        _ members: Int
    ) throws {
        let own = RunFolder(options.folder)
        guard options.resumes || !own.isBegun && !own.hasMembers else {
            throw RunFolder.Fault(
                description: "\(options.folder) holds a run already: --resume goes on with it; else name another folder"
            )
        }
        if own.isBegun { try own.check(wanted) }
        for number in 1..<max(members, 1) {
            let folder = RunFolder(Self.folder(number, options))
            if folder.isBegun { try EnsembleMember(number: number, folder: folder).check(wanted) }
        }
    }

    /// How many networks a phase trains.
    static func count(_ recipe: Recipe, _ phase: TrainingRun.Phase) -> Int {
        phase == .finetuning ? recipe.model.members : 1
    }

    /// Trains to the end, or until it is asked to stop.
    package func run(
        shouldStop: () -> Bool,
        _ report: (TrainingRun.Report) -> Void
    ) throws -> TrainingRun.Outcome {
        let members = Self.count(recipe, options.phase)
        while true {
            let outcome = try next.run(shouldStop: shouldStop) { now in
                var now = now
                now.member = (members - member, members)
                now.secondsLeft += Double(member) * Double(now.steps) * now.secondsPerStep
                report(now)
            }
            guard case .done = outcome, member > 0 else { return outcome }
            member -= 1
            next = try TrainingRun(
                recipe,
                objects,
                Self.options(member, options, members),
                lock: member == 0 ? lock : nil
            )
        }
    }

    private static func folder(_ member: Int, _ options: TrainingRun.Options) -> String {
        member == 0 ? options.folder : RunFolder(options.folder).member(member)
    }

    private static func options(
        _ member: Int,
        _ whole: TrainingRun.Options,
        _ members: Int
    ) -> TrainingRun.Options {
        var options = whole
        options.folder = folder(member, whole)
        options.member = member
        // What a stop has left is gone on with by --resume alone, which `init` has seen to.
        options.resumes = options.resumes || members > 1
        if member == 0 {
            options.others = (1..<max(members, 1)).map { folder($0, whole) }
        } else {
            options.keepsReferences = false
        }
        return options
    }
}
