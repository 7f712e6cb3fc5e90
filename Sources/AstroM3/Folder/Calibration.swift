package import Sky

/// Temperatures of the softmax by what an answer rests on.
package struct Calibration: Hashable, Sendable, Codable {
    /// Upper ends, inclusive and rising, of the bins of the number of points; one more bin holds the rest.
    package var pointBins: [Int]
    /// For each set of modalities (`photometry+metadata`) one temperature a bin; a set that is missing has 1. Where the alert's
    /// packet told of its surroundings too, `+context` stands behind the name, and a set that is missing has those of its name
    /// without it: such alerts are other than objects of which a catalogue alone knows.
    package var temperatures: [String: [Float]]
    /// Which objects of its data set training has calibrated it by; nil where that was not kept yet.
    package var groups: Groups?
    /// What was there before real alerts changed it (`trifid calibrate`); nil where none have.
    package var before: Before?
    /// Share of each class among the labelled alerts that it was calibrated by, of which packets told the surroundings; nil where
    /// none were.
    package var alertShares: [String: Double]?
    /// How common classes are where the model answers (`trifid calibrate --shares`); nil: as where it was calibrated.
    package var shares: ClassShares?

    /// The shares with which training draws its groups of objects; of one with 0 none has calibrated the model.
    package struct Groups: Hashable, Sendable, Codable {
        /// Labelled alerts.
        package var alerts: Double
        /// Light curves.
        package var curves: Double
        /// Objects with a spectrum alone.
        package var spectra: Double

        package init(alerts: Double, curves: Double, spectra: Double) {
            (self.alerts, self.curves, self.spectra) = (alerts, curves, spectra)
        }
    }

    /// Temperatures and gates as training has left them.
    package struct Before: Hashable, Sendable, Codable {
        package var temperatures: [String: [Float]]
        package var decision: DecisionRule

        package init(temperatures: [String: [Float]], decision: DecisionRule) {
            (self.temperatures, self.decision) = (temperatures, decision)
        }

        private enum Keys: String, CodingKey { case temperatures, decision, thresholds }

        /// Also as it was written while gates were of levels alone: `thresholds` in place of `decision`.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            temperatures = try container.decode([String: [Float]].self, forKey: .temperatures)
            let thresholds = try container.decodeIfPresent([Float].self, forKey: .thresholds)
            decision =
                try thresholds.map { DecisionRule(thresholds: $0) }
                ?? container.decode(DecisionRule.self, forKey: .decision)
        }
    }

    /// The name of what an answer rests on.
    package static func name(_ set: ModalitySet, hasContext: Bool) -> String {
        hasContext && set.contains(.metadata) ? set.description + context : set.description
    }

    /// Whether alerts whose packets tell of their surroundings have temperatures of their own.
    package var knowsContext: Bool { temperatures.keys.contains { $0.hasSuffix(Self.context) } }

    private static let context = "+context"

    /// What a name stands for; nil where it is none.
    static func basis(named name: String) -> (set: ModalitySet, hasContext: Bool)? {
        guard name.hasSuffix(context) else { return ModalitySet(name: name).map { ($0, false) } }
        guard let set = ModalitySet(name: String(name.dropLast(context.count))), set.contains(.metadata) else {
            return nil
        }
        return (set, true)
    }

    /// The temperature of each bin.
    package func temperatures(of set: ModalitySet, hasContext: Bool) -> [Float] {
        temperatures[Self.name(set, hasContext: hasContext)] ?? temperatures[set.description]
            ?? Array(repeating: 1, count: pointBins.count + 1)
    }

    /// Temperatures by set and bin.
    package init(pointBins: [Int], temperatures: [String: [Float]]) {
        (self.pointBins, self.temperatures) = (pointBins, temperatures)
    }
}
