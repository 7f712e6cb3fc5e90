/// How common the classes are where answers are given, where that is otherwise than where the model was calibrated: the
/// class-prior correction (Saerens, Latinne & Decaestecker 2002, Neural Computation 14, 21). Each class's probability is
/// multiplied by its expected share over the calibrated one, and all are brought to a sum of 1. It holds as far as objects of one
/// class look alike in both places.
package struct ClassShares: Hashable, Sendable, Codable {
    /// Share of each class among the objects that the model was calibrated by.
    package var calibrated: [String: Double]
    /// Share of each class among those that it is asked about.
    package var expected: [String: Double]
    /// When the model decides at the calibrated shares.
    package var decision: DecisionRule

    package init(calibrated: [String: Double], expected: [String: Double], decision: DecisionRule) {
        (self.calibrated, self.expected, self.decision) = (calibrated, expected, decision)
    }

    /// The least share of a class: one that nothing is left of could never be said again, whatever an alert shows.
    package static let least = 1e-6

    /// By what the probabilities of classes are multiplied.
    package func factors(_ classes: [String]) -> [Float] {
        classes.map { Float((expected[$0] ?? 1) / (calibrated[$0] ?? 1)) }
    }
}
