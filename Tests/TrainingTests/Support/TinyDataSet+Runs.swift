@testable import Training

extension TinyDataSet {
    /// What a run is asked for whose folder stands beside the data.
    func options(
        _ name: String,
        _ phase: TrainingRun.Phase = .finetuning,
        fold: Int? = nil,
        from start: String? = nil,
        seed: UInt64 = 7,
        threads: Int = 2
    ) -> TrainingRun.Options {
        var options = TrainingRun.Options(phase: phase, folder: "\(folder)/\(name)", seed: seed, threads: threads)
        (options.fold, options.from) = (fold, start)
        return options
    }

    /// Trains to the end: the folder of the model.
    @discardableResult
    func train(_ recipe: Recipe, _ options: TrainingRun.Options) throws -> String {
        try TrainingRun(recipe, data, options).runToEnd()
    }

    /// A model of all alerts, and those without fold 0 and 1.
    func trainAllAndFolds(_ recipe: Recipe) throws -> (all: String, folds: [String]) {
        let all = try train(recipe, options("all"))
        let folds = try (0..<2).map { (fold: Int) in try train(recipe, options("fold-\(fold)", fold: fold)) }
        return (all, folds)
    }
}
