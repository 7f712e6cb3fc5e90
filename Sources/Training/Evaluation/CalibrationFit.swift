package import AstroM3
internal import Glibc
internal import Sky

/// Temperatures out of answers to objects that training has not seen.
///
/// The temperature is T = exp(a + b (log(1 + n) - mean) + c_s): n points, s the set of modalities (Guo et al. 2017, with a trend
/// and an offset). c is shrunk to 0 as by as many objects that say so, since some sets are rare; a set that nothing shows has 0.
package struct CalibrationFit: Sendable {
    package private(set) var offset = 0.0
    /// The mean of log(1 + n), from which the trend is counted, so that it does not depend on the offset.
    private var centre = 0.0
    package private(set) var slope = 0.0
    package private(set) var offsets: [String: Double] = [:]

    /// Objects that a set's own temperature is weighed against.
    private static let shrinkage = 50.0

    /// Fits to uncalibrated answers.
    package init(_ scores: Scores) {
        let sets = Dictionary(grouping: scores.answers, by: \.modalities)
        guard !scores.answers.isEmpty else { return }
        centre = scores.answers.reduce(0) { $0 + $1.weight * log(1 + Double($1.points)) } / Self.weight(scores.answers)
        for _ in 0..<6 {
            offset = minimum(-2...2, around: offset) { loss(scores.answers, scores.labels, offset: $0, slope, offsets) }
            slope = minimum(-0.5...0.5, around: slope) {
                loss(scores.answers, scores.labels, offset: offset, $0, offsets)
            }
            for (set, answers) in sets.sorted(by: { $0.key < $1.key }) {
                offsets[set] = minimum(-1.5...1.5, around: offsets[set] ?? 0) { value in
                    loss(answers, scores.labels, offset: offset, slope, [set: value]) * Self.weight(answers)
                        + Self.shrinkage * value * value / 2
                }
            }
        }
    }

    /// The temperature of an answer.
    package func temperature(points: Int, modalities: String) -> Double {
        exp(offset + slope * (log(1 + Double(points)) - centre) + (offsets[modalities] ?? 0))
    }

    /// Answers with their probabilities at these temperatures.
    package func applied(to scores: Scores) -> Scores {
        Scores(
            scores.labels,
            scores.answers.map { answer in
                var answer = answer
                let temperature = temperature(points: answer.points, modalities: answer.modalities)
                answer.leaves = Self.tempered(answer.leaves, temperature)
                return answer
            }
        )
    }

    /// The table of `model.json`: each bin at the middle of its numbers of points, on a logarithmic scale.
    package func calibration(pointBins: [Int]) -> Calibration {
        let ends = [0] + pointBins
        var temperatures: [String: [Float]] = [:]
        for set in ModalitySet.allSubsets.map(\.description) {
            temperatures[set] = ends.indices.map { place in
                let high = place + 1 < ends.count ? ends[place + 1] : 2 * ends[place]
                let middle = sqrt(Double(1 + ends[place]) * Double(1 + high)) - 1
                let points = ModalitySet(name: set)?.contains(.photometry) == true ? middle : 0
                return Float(temperature(points: Int(points.rounded()), modalities: set))
            }
        }
        return Calibration(pointBins: pointBins, temperatures: temperatures)
    }

    /// By what all temperatures are multiplied so that they fit answers which are already calibrated by other objects: of real
    /// alerts there are too few for a fit of their own. Shrunk to 1 as by a few answers that say so.
    package static func factor(_ scores: Scores) -> Double {
        guard !scores.answers.isEmpty else { return 1 }
        let fit = CalibrationFit()
        let logarithm = fit.minimum(-1...1, around: 0) { value in
            fit.loss(scores.answers, scores.labels, offset: value, 0, [:]) * Double(scores.answers.count)
                + 10 * value * value
        }
        return exp(logarithm)
    }

    /// Whether a factor of the temperatures stands where its search ends, within 1/e to e: then none of them fits.
    package static func isAtBound(factor: Double) -> Bool { abs(log(factor)) > 0.999 }

    private init() {}

    private static func weight(_ answers: [Scores.Answer]) -> Double {
        max(answers.reduce(0) { $0 + $1.weight }, 1e-9)
    }

    /// Answers at so many times their temperatures.
    static func tempered(_ scores: Scores, by factor: Double) -> Scores {
        Scores(
            scores.labels,
            scores.answers.map { answer in
                var answer = answer
                answer.leaves = tempered(answer.leaves, factor)
                return answer
            }
        )
    }

    private func loss(
        _ answers: [Scores.Answer],
        _ labels: TrainingLabels,
        offset: Double,
        _ slope: Double,
        _ offsets: [String: Double]
    ) -> Double {
        var sum = 0.0
        for answer in answers {
            let exponent =
                offset + slope * (log(1 + Double(answer.points)) - centre) + (offsets[answer.modalities] ?? 0)
            let leaves = Self.tempered(answer.leaves, exp(exponent))
            let probability = labels.leaves[answer.label].reduce(0.0) { $0 + Double(leaves[$1]) }
            sum -= answer.weight * log(max(probability, 1e-9))
        }
        return sum / Self.weight(answers)
    }

    private static func tempered(_ leaves: [Float], _ temperature: Double) -> [Float] {
        let power = Float(1 / temperature)
        let powers = leaves.map { pow(max($0, 1e-12), power) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// Golden-section search of a smooth function with one minimum.
    private func minimum(_ range: ClosedRange<Double>, around: Double, _ function: (Double) -> Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (max(range.lowerBound, around - 1), min(range.upperBound, around + 1))
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (function(left), function(right))
        for _ in 0..<24 {
            if atLeft < atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = function(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = function(right)
            }
        }
        return (low + high) / 2
    }
}
