/// SplitMix64 (Steele, Lea & Flood 2014): the seeded generator of random numbers. The same seed gives the same numbers
/// on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// A generator that starts from a seed.
    @inlinable public init(seed: UInt64) {
        state = seed
    }

    /// A generator for one thing among those of a seed: FNV-1a of the name keeps them apart.
    public init(seed: UInt64, name: String) {
        state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The next 64 bits.
    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in (-1, 1), of 2^24 values.
    public mutating func uniform() -> Float {
        Float(Int64(next() >> 40) * 2 + 1 - (1 << 24)) / Float(1 << 24)
    }
}
