import AstroM3

/// What one step of AdamW works on: a run of parameters with the same decay.
package struct AdamWStep<Scalar> {
    package let values: UnsafeMutablePointer<Scalar>
    package let gradients: UnsafePointer<Scalar>
    package let first: UnsafeMutablePointer<Scalar>
    package let second: UnsafeMutablePointer<Scalar>
    package let rate: Scalar
    package let decay: Scalar
    package let beta1: Scalar
    package let beta2: Scalar
    package let epsilon: Scalar
    /// 1 - beta1 to the power of the step's number, and likewise of beta2.
    package let firstCorrection: Scalar
    package let secondCorrection: Scalar
    /// What gradients are multiplied with, below 1 where their norm is clipped.
    package let gradientFactor: Scalar
}

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019): every step first shrinks a value by rate x decay, then moves
/// it by the ratio of the moments.
package final class AdamW<Scalar: TrainingScalar> {
    /// The constants of the optimiser.
    package struct Settings: Hashable, Sendable {
        package var decay = 0.01
        package var beta1 = 0.9
        package var beta2 = 0.999
        package var epsilon = 1e-8
        /// Whether biases and norms decay too; scales of logits never do.
        package var decaysVectors = true

        package init() {}
    }

    package let settings: Settings
    /// How many steps there were.
    package private(set) var steps = 0
    private let runs: [Run]
    private let count: Int
    let first: Buffer<Scalar>
    let second: Buffer<Scalar>

    /// Neighbouring parameters of one decay.
    private struct Run {
        var range: Range<Int>
        var decays: Bool
    }

    package init(_ layout: ParameterLayout, _ settings: Settings) {
        self.settings = settings
        count = layout.count
        first = Buffer(count: layout.count)
        second = Buffer(count: layout.count)
        var runs: [Run] = []
        for parameter in layout.parameters {
            let range = layout.range(of: parameter)
            let decays = !parameter.shape.isEmpty && (parameter.shape.count > 1 || settings.decaysVectors)
            if let last = runs.last, last.decays == decays {
                runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                runs.append(Run(range: range, decays: decays))
            }
        }
        self.runs = runs
    }

    /// One step with a learning rate. `gradientFactor` scales the gradients (`GradientNorm`).
    package func step(
        _ values: UnsafeMutablePointer<Scalar>,
        _ gradients: UnsafePointer<Scalar>,
        rate: Double,
        gradientFactor: Double = 1
    ) {
        steps += 1
        for run in runs {
            let start = run.range.lowerBound
            Scalar.adamW(
                run.range.count,
                AdamWStep(
                    values: values + start,
                    gradients: gradients + start,
                    first: first.pointer + start,
                    second: second.pointer + start,
                    rate: Scalar(rate),
                    decay: Scalar(run.decays ? settings.decay : 0),
                    beta1: Scalar(settings.beta1),
                    beta2: Scalar(settings.beta2),
                    epsilon: Scalar(settings.epsilon),
                    firstCorrection: Scalar(1 - power(settings.beta1, steps)),
                    secondCorrection: Scalar(1 - power(settings.beta2, steps)),
                    gradientFactor: Scalar(gradientFactor)
                )
            )
        }
    }

    /// The moments and the number of steps, as a checkpoint holds them.
    package var state: (steps: Int, first: [Scalar], second: [Scalar]) {
        (steps, first.values(count), second.values(count))
    }

    /// Goes on from a checkpoint; the moments are as many as the parameters.
    package func restore(steps: Int, first: [Scalar], second: [Scalar]) {
        precondition(first.count == count && second.count == count)
        self.steps = steps
        for i in 0..<count { (self.first.pointer[i], self.second.pointer[i]) = (first[i], second[i]) }
    }

    /// By repeated products: the same on every machine.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}

/// The Euclidean norm of all gradients together, and by what they are multiplied so that it is at most a limit.
package enum GradientNorm {
    /// The norm; not finite where a gradient is not.
    package static func norm<Scalar: TrainingScalar>(_ gradients: UnsafePointer<Scalar>, count: Int) -> Double {
        var sum = 0.0
        // In runs, so that single precision keeps its digits.
        for start in stride(from: 0, to: count, by: 4096) {
            sum += Double(Scalar.squares(min(4096, count - start), gradients + start))
        }
        return sum.squareRoot()
    }

    /// 1, or limit / norm above the limit; 1 where there is no limit.
    package static func factor(norm: Double, limit: Double?) -> Double {
        guard let limit, norm > limit else { return 1 }
        return limit / norm
    }
}
