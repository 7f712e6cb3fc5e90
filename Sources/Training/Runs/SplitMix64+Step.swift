internal import Ground

extension SplitMix64 {
    /// A seed of its own for each step of a use. The step is mixed, not added: seeds at a distance of the generator's own
    /// increment are one sequence, and a step would draw what the step before drew, one place on.
    static func number(_ seed: UInt64, _ name: String, _ step: Int) -> UInt64 {
        var base = SplitMix64(seed: seed, name: name)
        var own = SplitMix64(seed: base.next() ^ UInt64(step))
        return own.next()
    }
}
