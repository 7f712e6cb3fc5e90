/// Why training cannot go on. The weights are then those before the step.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The loss or a gradient is not finite.
    case notFinite(step: Int, what: String)

    /// What happened, and what to do.
    package var description: String {
        switch self {
        case .notFinite(let step, let what):
            "\(what) is not a finite number at step \(step): the weights of the step before are kept; a lower learning rate or a "
                + "clip of the gradients may help"
        }
    }
}
