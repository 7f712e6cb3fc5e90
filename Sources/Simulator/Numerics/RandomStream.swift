import Ground

/// A seeded stream of random numbers: xoshiro256** (Blackman & Vigna 2021, ACM Trans. Math. Softw. 47, 36), its state
/// filled by SplitMix64. The same seed gives the same numbers on every machine.
package struct RandomStream {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64
    private var spareNormal: Double?

    /// A stream of its own for each seed.
    init(seed: UInt64) {
        var filler = SplitMix64(seed: seed)
        s0 = filler.next()
        s1 = filler.next()
        s2 = filler.next()
        s3 = filler.next()
    }

    /// A stream for one thing among many: an object, a night, an exposure.
    init(_ seed: UInt64, _ purpose: Purpose, _ a: UInt64 = 0, _ b: UInt64 = 0) {
        self.init(seed: RandomStream.hash(seed, purpose, a, b))
    }

    /// What a stream is for, so that two uses of the same numbers do not share it.
    package enum Purpose: UInt64 {
        case population = 1
        case births, source, host, weather, exposure, measurement, schedule, mode, outburst, metadata, spectrum
        case image, packet, asteroid, bogus, neighbour, reference
    }

    /// One number of 64 bits for one thing among many.
    package static func hash(_ seed: UInt64, _ purpose: Purpose, _ a: UInt64 = 0, _ b: UInt64 = 0) -> UInt64 {
        let mixed = mix(seed &+ purpose.rawValue &* 0xD6E8_FEB8_6659_FD93) ^ (a &* 0xA076_1D64_78BD_642F)
        return mix(mix(mixed) ^ (b &* 0xE703_7ED1_A0B4_28DB))
    }

    private static func mix(_ number: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: number)
        return generator.next()
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        let m = s1 &* 5
        let result = ((m << 7) | (m >> 57)) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// Uniform in [0, 1).
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform in a range.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// A whole number in 0 ..< `count`.
    mutating func integer(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(max(1, count))).high)
    }

    /// True with the given probability.
    mutating func chance(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// Normal with mean 0 and standard deviation 1 (Marsaglia's polar method).
    mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            if s < 1, s > 0 {
                let factor = (-2 * Portable.log(s) / s).squareRoot()
                spareNormal = v * factor
                return u * factor
            }
        }
    }

    /// Normal with the given mean and standard deviation.
    mutating func normal(_ mean: Double, _ deviation: Double) -> Double {
        mean + deviation * normal()
    }

    /// Uniform in the logarithm, between two positive numbers.
    mutating func logUniform(_ low: Double, _ high: Double) -> Double {
        Portable.exp(uniform(Portable.log(low), Portable.log(high)))
    }

    /// Poisson with the given mean (Knuth's method, in steps so that the exponential does not vanish).
    mutating func poisson(_ mean: Double) -> Int {
        var count = 0
        var rest = mean
        while rest > 0 {
            let step = min(rest, 30)
            let limit = Portable.exp(-step)
            var product = uniform()
            while product > limit {
                count += 1
                product *= uniform()
            }
            rest -= step
        }
        return count
    }
}
