internal import Glibc
internal import Ground

/// Draws from usual distributions.
extension SplitMix64 {
    /// Uniform in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// Uniform between two numbers.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// True with a probability.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A number from 0 to below a count, which is above 0.
    mutating func index(below count: Int) -> Int { min(count - 1, Int(unit() * Double(count))) }

    /// Normal with mean 0 and deviation 1 (Box & Muller 1958).
    mutating func normal() -> Double {
        sqrt(-2 * log(max(unit(), 1e-300))) * cos(2 * Double.pi * unit())
    }

    /// Rayleigh with a scale.
    mutating func rayleigh(_ scale: Double) -> Double { scale * sqrt(-2 * log(max(unit(), 1e-300))) }
}
