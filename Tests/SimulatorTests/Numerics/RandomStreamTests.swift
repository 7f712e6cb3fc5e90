import Ground
import Testing

@testable import Simulator

@Suite struct RandomStreamTests {
    @Test func followsThePublishedGenerators() {
        // xoshiro256** with its state from SplitMix64 of 42, computed apart from this code.
        var random = RandomStream(seed: 42)
        let expected: [UInt64] = [
            0x1578_0b2e_0c2e_c716, 0x6104_d986_6d11_3a7e, 0xae17_5332_39e4_99a1, 0xecb8_ad47_03b3_60a1,
        ]
        for value in expected { #expect(random.next() == value) }
    }

    @Test func drawsTheDistributionsThatItNames() {
        var random = RandomStream(seed: 7)
        let count = 40_000
        let uniform = (0..<count).map { _ in random.uniform() }
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect((uniform.reduce(0, +) / Double(count) - 0.5).magnitude < 0.01)
        let normal = (0..<count).map { _ in random.normal(2, 3) }
        let mean = normal.reduce(0, +) / Double(count)
        let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect((mean - 2).magnitude < 0.06 && (variance - 9).magnitude < 0.3)
        for expected in [0.5, 8, 200] {
            let draws = (0..<4000).map { _ in Double(random.poisson(expected)) }
            #expect((draws.reduce(0, +) / 4000 - expected).magnitude < 5 * (expected / 4000).squareRoot())
        }
        #expect(random.poisson(0) == 0)
        #expect((0..<1000).allSatisfy { _ in (0..<7).contains(random.integer(7)) })
    }

    @Test func streamsForDifferentThingsDiffer() {
        var seen: Set<UInt64> = []
        for seed in 0..<5 as Range<UInt64> {
            for purpose in [RandomStream.Purpose.source, .weather, .measurement] {
                for a in 0..<20 as Range<UInt64> {
                    for b in 0..<20 as Range<UInt64> { seen.insert(RandomStream.hash(seed, purpose, a, b)) }
                }
            }
        }
        #expect(seen.count == 5 * 3 * 20 * 20)
    }
}
