import Ground

/// Dropout (Srivastava et al. 2014): in training each number is 0 with a probability, and the others are as much larger.
///
/// The noise of a step is a number that its batch carries; without one, nothing is dropped. The same noise drops the same, so
/// that a run that goes on from a checkpoint ends with the same weights.
final class Dropout<Scalar: TrainingScalar> {
    private let rate: Double
    private let name: String
    private let factors = Buffer<Scalar>()
    private var isActive = false

    /// - Parameter name: tells the layers of a network apart.
    init(rate: Double, name: String) {
        (self.rate, self.name) = (rate, name)
    }

    /// Drops in place, and remembers what.
    func forward(_ count: Int, _ x: UnsafeMutablePointer<Scalar>, noise: UInt64?) {
        guard let noise, rate > 0 else {
            isActive = false
            return
        }
        isActive = true
        var generator = SplitMix64(seed: noise, name: name)
        let factors = factors.reserve(count)
        let (limit, kept) = (UInt64(rate * 65536), Scalar(1 / (1 - rate)))
        var bits: UInt64 = 0
        for i in 0..<count {
            // Four decisions of sixteen bits from each number.
            if i & 3 == 0 { bits = generator.next() }
            factors[i] = bits & 0xFFFF < limit ? 0 : kept
            bits >>= 16
            x[i] *= factors[i]
        }
    }

    /// The gradient of what was dropped from, in place.
    func backward(_ count: Int, _ gradient: UnsafeMutablePointer<Scalar>) {
        guard isActive else { return }
        let factors = factors.pointer
        for i in 0..<count { gradient[i] *= factors[i] }
    }
}
