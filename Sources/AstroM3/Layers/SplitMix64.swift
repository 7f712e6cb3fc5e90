/// SplitMix64 (Steele, Lea & Flood 2014), started from a seed and a name.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64, name: String) {
        // FNV-1a of the name keeps tensors of one seed apart.
        state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in (-1, 1).
    mutating func uniform() -> Float {
        Float(Int64(next() >> 40) * 2 + 1 - (1 << 24)) / Float(1 << 24)
    }
}
