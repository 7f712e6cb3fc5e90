import Ground
import Testing

@Suite struct SplitMix64Tests {
    @Test func givesThePublishedNumbers() {
        // The first outputs of Vigna's splitmix64.c from the seed 1234567.
        var generator = SplitMix64(seed: 1_234_567)
        let numbers = (0..<3).map { _ in generator.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func namesKeepNumbersOfOneSeedApart() {
        var (one, same, other) = (
            SplitMix64(seed: 7, name: "weight"), SplitMix64(seed: 7, name: "weight"), SplitMix64(seed: 7, name: "bias")
        )
        let number = one.next()
        #expect(number == same.next() && number != other.next())
        #expect((0..<1000).allSatisfy { _ in abs(one.uniform()) < 1 })
    }
}
