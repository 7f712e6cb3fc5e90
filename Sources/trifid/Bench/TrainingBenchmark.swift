import AstroM3
import Foundation
import Ground
import Learning
import Tensor

/// How many objects a second contrastive pre-training takes on all three modalities: forward, loss, backward and AdamW.
struct TrainingBenchmark {
    /// One measured case.
    struct Result {
        let name: String
        /// Objects a second.
        let rate: Double
        /// Processor time of all threads for an object, in milliseconds: what a machine that others use too does not change
        /// much.
        let processorTime: Double
        /// Mean number of points of a light curve.
        let meanLength: Double
        /// The loss of each step: it must fall, since it is one batch over and over.
        let losses: [Double]
    }

    let layers: Int
    let batch: Int
    let threads: Int
    /// Steps that are measured, after two to warm up.
    let steps: Int
    /// The one case that is measured; nil: all.
    var only: String?
    /// Where weights and batch of each case are written, for others to measure the same; nil: nowhere.
    var cases: String?

    /// Light curves of 200 points, and of given lengths.
    func run(ztfLengths: [Int]) throws -> [Result] {
        var cases = [("length-200", [Int](repeating: 200, count: batch))]
        if !ztfLengths.isEmpty {
            cases.append(("ztf-lengths", (0..<batch).map { min(200, max(1, ztfLengths[$0 % ztfLengths.count])) }))
        }
        return try cases.filter { only == nil || only == $0.0 }.map { try measure($0, lengths: $1) }
    }

    private func measure(_ name: String, lengths: [Int]) throws -> Result {
        let model = try ModelBuilder.untrained(name: "bench", seed: 1, variant: .streaming, layers: layers)
        let trainer = Trainer(model.manifest, weights: [:], Trainer.Settings(), threads: threads)
        let input = input(model.manifest, lengths)
        if let cases { try write(trainer.weights, input, to: "\(cases)/\(name).safetensors") }
        var losses = [try trainer.step(input).loss, try trainer.step(input).loss]
        let clock = ContinuousClock()
        let (start, used) = (clock.now, ProcessorClock.process)
        for _ in 0..<steps { losses.append(try trainer.step(input).loss) }
        let elapsed = (clock.now - start) / .seconds(1)
        return Result(
            name: name,
            rate: Double(batch * steps) / elapsed,
            processorTime: (ProcessorClock.process - used) / Double(batch * steps) * 1000,
            meanLength: Double(lengths.reduce(0, +)) / Double(batch),
            losses: losses
        )
    }

    /// The weights under `weights.NAME`, the batch under `input.NAME`: rows of channels of all curves, their lengths, spectra
    /// (objects, points, channels) and features.
    private func write(
        _ weights: [String: ShapedArray],
        _ input: NetworkInput<Float>,
        to file: String
    ) throws {
        var tensors: [String: ShapedArray] = [:]
        for (name, array) in weights { tensors["weights.\(name)"] = array }
        let points = input.lengths.reduce(0, +)
        tensors["input.lengths"] = ShapedArray(shape: [batch], values: input.lengths.map(Float.init))
        tensors["input.photometry"] = ShapedArray(
            shape: [points, input.photometry.count / points],
            values: input.photometry
        )
        tensors["input.spectra"] = ShapedArray(
            shape: [batch, input.spectra.count / batch / 3, 3],
            values: input.spectra
        )
        tensors["input.metadata"] = ShapedArray(shape: [batch, input.metadata.count / batch], values: input.metadata)
        try SafeTensors.encode(tensors).write(to: URL(filePath: file))
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
        input.spectra = numbers(batch * (manifest.spectrum?.points ?? 0) * 3)
        input.spectrumObjects = objects
        input.spectrumIdentities = objects
        input.metadata = numbers(batch * manifest.metadata.width)
        input.metadataObjects = objects
        return input
    }
}
