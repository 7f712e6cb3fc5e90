/// Why training cannot go on. The trainer's weights are then those before the step; on disk are those of the last look.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The loss or a gradient is not finite.
    case notFinite(step: Int, what: String)

    /// What happened, and what to do.
    package var description: String {
        switch self {
        case .notFinite(let step, let what):
            "\(what) is not a finite number at step \(step): training ends, and the run's folder keeps what it had at its last "
                + "look, the best weights so far among it; a lower learning rate or a clip of the gradients may help"
        }
    }
}
