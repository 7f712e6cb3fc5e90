/// Cross-entropy of logits over leaves of a taxonomy against labels that are leaves or inner nodes: an inner node is the sum
/// of its leaves' probabilities, -log of which is the loss, so that a label trains what it says and nothing below it.
package struct ClassificationLoss: Sendable {
    /// For each label the leaves that it allows.
    package let leaves: [[Int]]
    /// For each label what its loss is multiplied with.
    package let weights: [Double]
    /// Added to the logits in training, as the share of the classes' log-priors that a decision is not to know; empty for none.
    package var shift: [Double] = []
    /// Share of the loss that is the mean over all leaves (Szegedy et al. 2016).
    package var smoothing = 0.0

    package init(leaves: [[Int]], weights: [Double]? = nil) {
        self.leaves = leaves
        self.weights = weights ?? leaves.map { _ in 1 }
    }

    /// The mean loss over rows (labels.count, classes), weighted; replaces the logits by their gradient times `factor`.
    func apply<Scalar: TrainingScalar>(
        _ logits: UnsafeMutablePointer<Scalar>,
        classes: Int,
        labels: [Int],
        factor: Double = 1
    ) -> Double {
        let total = labels.reduce(0) { $0 + weights[$1] }
        guard total > 0 else { return 0 }
        var (loss, mask) = (0.0, [Bool](repeating: false, count: classes))
        for (row, label) in labels.enumerated() {
            let x = logits + row * classes
            if !shift.isEmpty { for j in 0..<classes { x[j] += Scalar(shift[j]) } }
            let logSum = Self.logSum(x, Array(0..<classes))
            let allowed = leaves[label]
            let inside = Self.logSum(x, allowed)
            var mean: Scalar = 0
            for j in 0..<classes { mean += (logSum - x[j]) / Scalar(classes) }
            loss += weights[label] * ((1 - smoothing) * Double(logSum - inside) + smoothing * Double(mean))
            for j in allowed { mask[j] = true }
            let share = Scalar(factor * weights[label] / total)
            for j in 0..<classes {
                let probability = Scalar.exponential(x[j] - logSum)
                let conditional = mask[j] ? Scalar.exponential(x[j] - inside) : 0
                let target = Scalar(1 - smoothing) * conditional + Scalar(smoothing) / Scalar(classes)
                x[j] = share * (probability - target)
            }
            for j in allowed { mask[j] = false }
        }
        return factor * loss / total
    }

    private static func logSum<Scalar: TrainingScalar>(_ x: UnsafePointer<Scalar>, _ places: [Int]) -> Scalar {
        var top = -Scalar.infinity
        for j in places { top = max(top, x[j]) }
        var sum: Scalar = 0
        for j in places { sum += Scalar.exponential(x[j] - top) }
        return top + Scalar.logarithm(sum)
    }
}
