@testable import Training

/// A run that nobody stops has stopped before its end.
private struct Interruption: Error {
    let step: Int
}

extension TrainingRun.Outcome {
    /// The model's folder.
    ///
    /// - Throws: where there is none, since the run was interrupted.
    func model() throws -> String {
        switch self {
        case .done(let model, _): return model
        case .interrupted(let step): throw Interruption(step: step)
        }
    }
}

extension TrainingRun {
    /// Trains without a stop, and gives the model's folder.
    @discardableResult
    func runToEnd() throws -> String { try run(shouldStop: { false }, { _ in }).model() }
}

extension EnsembleRun {
    /// Trains without a stop, and gives the folder of the model of all.
    @discardableResult
    func runToEnd() throws -> String { try run(shouldStop: { false }, { _ in }).model() }
}
