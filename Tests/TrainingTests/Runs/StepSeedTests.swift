import Ground
import Testing

@testable import Training

/// Each step draws with a generator of its own.
@Suite struct StepSeedTests {
    @Test func noStepDrawsWhatAnotherHasDrawn() {
        var drawn: Set<UInt64> = []
        for step in 0..<200 {
            var generator = SplitMix64(seed: SplitMix64.number(1, "batches", step))
            for _ in 0..<50 { drawn.insert(generator.next()) }
        }
        #expect(drawn.count == 200 * 50)
    }
}
