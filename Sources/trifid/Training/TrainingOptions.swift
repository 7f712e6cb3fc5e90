import DataSets
import Ground
import Service
import Training

/// Options that both phases of training have.
struct TrainingOptions: ArgumentGroup {
    @Option("--recipe", "FILE", "The recipe, a YAML file as those in Config/recipes.")
    var recipe: String

    @Option("--data", "DIR", "Folder of the data set.")
    var data: String

    @Option("--run", "DIR", "Folder of the run: recipe, log, checkpoints and in the end the model.")
    var run: String

    @Option("--seed", "N", in: 0...Int.max, "Seed of weights and draws; the recipe's unless given.")
    var seed: Int?

    let threads = ThreadsOption()

    let resume = ResumeOption()
}

extension TrainingOptions {
    /// Trains, with a line of progress, until it is done or somebody stops it.
    func train(
        _ phase: TrainingRun.Phase,
        from: String? = nil,
        fold: Int? = nil,
        labels: LabelShare? = nil,
        notes: String = ""
    ) throws -> ExitStatus {
        let recipe = try Recipe(file: recipe)
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let stop = StopSignals.install()
        var options = TrainingRun.Options(
            phase: phase,
            folder: run,
            seed: seed.map(UInt64.init) ?? recipe.seed,
            threads: threads.number
        )
        (options.from, options.fold, options.resumes, options.notes) = (from, fold, resume.isGiven, notes)
        options.labels = labels
        let training = try EnsembleRun(recipe, data, options)
        for remark in training.remarks { StandardError.print("trifid: \(remark)") }
        let line = TrainingLine()
        let outcome = try training.run(shouldStop: { stop.isRequested }, line.show)
        line.finish()
        switch outcome {
        case .done(let model, let best):
            StandardOutput.print("\(run): done, \(Self.words(best)); the model is \(model)")
            return .done
        case .interrupted(let step):
            StandardError.print("trifid: stopped; --resume goes on at step \(step)")
            return .incomplete
        }
    }

    private static func words(_ best: TrainingRun.Best) -> String {
        switch best {
        case .validationLoss(let loss): "best validation loss \(loss.rounded(to: 4))"
        case .meanReciprocalRank(let rank): "best mean reciprocal rank of partners \(rank.rounded(to: 4))"
        }
    }
}

/// How far training is: a line that stays on a terminal, and one for each look at the validation objects.
final class TrainingLine {
    private let line = StatusLine()

    func show(_ report: TrainingRun.Report) {
        let (member, members) = report.member
        let loss = (members > 1 ? "network \(member) of \(members), " : "") + "loss \(report.loss.rounded(to: 4))"
        let pace = "\(Int(report.objectsPerSecond)) objects/s, \(Self.span(report.secondsLeft)) left"
        if let validation = report.validation {
            line.finish()
            let mark = report.isBest ? ", the best" : ""
            StandardError.print(
                "step \(report.step) of \(report.steps): \(loss), validation \(validation.rounded(to: 4))\(mark); \(pace)"
            )
        } else {
            line.show("step \(report.step) of \(report.steps): \(loss); \(pace)")
        }
    }

    func finish() { line.finish() }

    /// A time for people.
    static func span(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e6 else { return "?" }
        let whole = Int(seconds)
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}

extension Double {
    /// So many decimals.
    fileprivate func rounded(to decimals: Int) -> Double {
        let factor = Double((0..<decimals).reduce(1) { factor, _ in factor * 10 })
        return (self * factor).rounded() / factor
    }
}
