/// How common the classes are where answers are given, where that is otherwise than where the model was calibrated: the
/// class-prior correction (Saerens, Latinne & Decaestecker 2002, Neural Computation 14, 21). Each class's probability is
/// multiplied by its expected share over the calibrated one, and all are brought to a sum of 1. It holds as far as objects of one
/// class look alike in both places.
///
/// What the probabilities of packets and of an archive's objects are calibrated to are two things: of SKY's objects 5 % are active
/// nuclei, of the labelled alerts that it was calibrated by a third. An answer that rests on a packet's context is corrected from the
/// alerts' shares (`Calibration.alertShares`), any other from the objects'. (By the objects' shares alone the log loss of 133
/// labelled alerts went from 0.22 to 0.42 when their true shares were given, though these were what it answered by already.)
package struct ClassShares: Hashable, Sendable, Codable {
    /// Share of each class among the objects that the model was calibrated by.
    package var calibrated: [String: Double]
    /// Share of each class among those that it is asked about.
    package var expected: [String: Double]
    /// The same where packets tell of the surroundings: what is known of the stream are shares of whole branches, whose classes
    /// are among themselves as they were, among alerts otherwise than among objects. nil where no alerts have calibrated the model.
    package var expectedOfAlerts: [String: Double]?
    /// When the model decides at the calibrated shares.
    package var decision: DecisionRule

    package init(
        calibrated: [String: Double],
        expected: [String: Double],
        expectedOfAlerts: [String: Double]? = nil,
        decision: DecisionRule
    ) {
        (self.calibrated, self.expected, self.decision) = (calibrated, expected, decision)
        self.expectedOfAlerts = expectedOfAlerts
    }

    /// The least share of a class: one that nothing is left of could never be said again, whatever an alert shows.
    package static let least = 1e-6
}

extension Calibration {
    /// By what the probabilities of classes are multiplied; nil: they stay as they are.
    ///
    /// - Parameter hasContext: whether the alert's packet told of its surroundings.
    package func factors(_ classes: [String], hasContext: Bool) -> [Float]? {
        guard let shares else { return nil }
        var (calibrated, expected) = (shares.calibrated, shares.expected)
        if hasContext, let alertShares, let ofAlerts = shares.expectedOfAlerts {
            (calibrated, expected) = (alertShares, ofAlerts)
        }
        return classes.map { Float((expected[$0] ?? 1) / (calibrated[$0] ?? 1)) }
    }
}
