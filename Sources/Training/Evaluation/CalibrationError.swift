internal import Ground

/// How far confidences are from the share of right answers: the expected calibration error over bins of equal mass (Naeini et
/// al. 2015, Guo et al. 2017), and what a perfectly calibrated model with the same confidences would show on a set of this
/// size, which is not 0.
package enum CalibrationError {
    package static let bins = 15
    private static let resamples = 200

    /// The error, and its mean over sets whose answers are right as often as the confidences say.
    static func of(_ answers: [(confidence: Double, isRight: Bool)]) -> (found: Double, expected: Double) {
        guard !answers.isEmpty else { return (0, 0) }
        let sorted = answers.sorted { $0.confidence < $1.confidence }
        let confidences = sorted.map(\.confidence)
        var generator = SplitMix64(seed: 1, name: "calibration")
        var sum = 0.0
        for _ in 0..<resamples {
            sum += error(confidences, shares(confidences, confidences.map { generator.unit() < $0 }))
        }
        return (error(confidences, shares(confidences, sorted.map(\.isRight))), sum / Double(resamples))
    }

    /// Of each answer the share that is right among those of the same confidence, which no order tells apart.
    private static func shares(_ sorted: [Double], _ isRight: [Bool]) -> [Double] {
        var shares: [Double] = []
        while shares.count < sorted.count {
            let start = shares.count
            let end = sorted[start...].firstIndex { $0 != sorted[start] } ?? sorted.count
            let share = Double(isRight[start..<end].count { $0 }) / Double(end - start)
            shares += Array(repeating: share, count: end - start)
        }
        return shares
    }

    private static func error(_ confidences: [Double], _ right: [Double]) -> Double {
        let total = Reliability.ranges(confidences.count, bins).reduce(0.0) { sum, range in
            sum + abs(range.reduce(0.0) { $0 + right[$1] - confidences[$1] })
        }
        return total / Double(confidences.count)
    }
}
