import AstroM3
import Ground
import Learning

/// How many objects a second contrastive pre-training takes on all three modalities: forward, loss, backward and AdamW.
struct TrainingBenchmark {
    /// One measured case.
    struct Result {
        let name: String
        /// Objects a second.
        let rate: Double
        /// Mean number of points of a light curve.
        let meanLength: Double
        /// The loss of the first step and of the last: it must fall, since it is one batch over and over.
        let losses: (first: Double, last: Double)
    }

    let layers: Int
    let batch: Int
    let threads: Int
    /// Steps that are measured, after two to warm up.
    let steps: Int

    /// Light curves of 200 points, and of given lengths.
    func run(ztfLengths: [Int]) throws -> [Result] {
        var cases = [("length-200", [Int](repeating: 200, count: batch))]
        if !ztfLengths.isEmpty {
            cases.append(("ztf-lengths", (0..<batch).map { min(200, max(1, ztfLengths[$0 % ztfLengths.count])) }))
        }
        return try cases.map { try measure($0, lengths: $1) }
    }

    private func measure(_ name: String, lengths: [Int]) throws -> Result {
        let model = try ModelBuilder.untrained(name: "bench", seed: 1, variant: .streaming, layers: layers)
        let trainer = Trainer(model.manifest, weights: [:], Trainer.Settings(), threads: threads)
        let input = input(model.manifest, lengths)
        let first = try trainer.step(input).loss
        _ = try trainer.step(input)
        let clock = ContinuousClock()
        let start = clock.now
        var last = first
        for _ in 0..<steps { last = try trainer.step(input).loss }
        let elapsed = (clock.now - start) / .seconds(1)
        return Result(
            name: name,
            rate: Double(batch * steps) / elapsed,
            meanLength: Double(lengths.reduce(0, +)) / Double(batch),
            losses: (first, last)
        )
    }

    /// Objects of random numbers with all three modalities.
    private func input(_ manifest: ModelManifest, _ lengths: [Int]) -> NetworkInput<Float> {
        var generator = SplitMix64(seed: 1, name: "bench train")
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in generator.uniform() } }
        var input = NetworkInput<Float>()
        let objects = Array(0..<batch)
        input.objects = batch
        input.lengths = lengths
        input.photometry = numbers(lengths.reduce(0, +) * manifest.photometry.channels.count)
        input.photometryObjects = objects
        input.spectra = numbers(batch * manifest.spectrum.points * 3)
        input.spectrumObjects = objects
        input.spectrumIdentities = objects
        input.metadata = numbers(batch * manifest.metadata.width)
        input.metadataObjects = objects
        return input
    }
}
