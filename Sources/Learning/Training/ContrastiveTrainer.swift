package import AstroM3
import Ground
package import Tensor

/// Contrastive pre-training of a network by the trimodal loss, on several threads.
///
/// A batch is cut into runs of neighbouring objects, one a thread. Threads share the weights; each has its own activations and
/// gradients, which are added up in the threads' order, so that a run gives the same bits again with the same number of
/// threads. The loss needs all embeddings of a batch: it stands between the forward and the backward.
package final class ContrastiveTrainer {
    /// How it trains.
    package struct Settings: Hashable, Sendable {
        /// Where the learned temperatures start.
        package var temperature = 0.07
        package var optimiser = AdamW<Float>.Settings()
        package var rate = LearningRate(peak: 1e-4)
        /// Steps of the whole run, by which the rate falls.
        package var steps = 1000
        /// The largest norm of all gradients together; nil for no limit.
        package var clip: Double?

        package init() {}
    }

    /// What a step was.
    package struct Step: Hashable, Sendable {
        /// The loss before the step: the sum of six cross-entropies.
        package let loss: Double
        /// The norm of the gradients before they were clipped.
        package let gradientNorm: Double
        /// The learning rate.
        package let rate: Double
    }

    private final class Lane {
        let network: DifferentiableNetwork<Float>
        let gradients: Buffer<Float>

        init(_ network: DifferentiableNetwork<Float>, _ layout: ParameterLayout) {
            self.network = network
            gradients = Buffer(count: layout.count)
        }
    }

    private let settings: Settings
    private let layout: ParameterLayout
    private let loss: TrimodalLoss<Float>
    private let optimiser: AdamW<Float>
    private let values: Buffer<Float>
    private let lanes: [ThreadConfined<Lane>]
    private let crew: WorkCrew
    private let embeddings: Embeddings<Float>
    private let embeddingGradients: Embeddings<Float>

    /// A trainer of the network that a manifest describes, from weights by name.
    package init(_ manifest: ModelManifest, weights: [String: ShapedArray], _ settings: Settings, threads: Int) {
        self.settings = settings
        let network = Network(manifest)
        let scales = TrimodalLoss<Float>.scales(temperature: settings.temperature)
        layout = ParameterLayout(network.parameters + scales)
        optimiser = AdamW(layout, settings.optimiser)
        values = Buffer(count: layout.count)
        for parameter in layout.parameters {
            let start = (weights[parameter.name] ?? parameter.initialValues(seed: manifest.seed)).values
            let offset = layout.offset(of: parameter)
            for (place, value) in start.enumerated() { values.pointer[offset + place] = value }
        }
        lanes = (0..<max(1, threads)).map { [layout] _ in
            ThreadConfined(Lane(DifferentiableNetwork(network, manifest, layout), layout))
        }
        crew = WorkCrew(size: max(1, threads), name: "train")
        let width = manifest.architecture.embedding
        loss = TrimodalLoss(width: width, scales: scales, layout)
        embeddings = Embeddings(width: width)
        embeddingGradients = Embeddings(width: width)
    }

    deinit { crew.stop() }

    /// How many steps there were.
    package var steps: Int { optimiser.steps }

    /// The weights by name, those of the loss's scales among them.
    package var weights: [String: ShapedArray] { layout.tensors(values.values(layout.count)) }

    /// All that a run needs to go on.
    package var checkpoint: Checkpoint {
        let state = optimiser.state
        return Checkpoint(
            steps: state.steps,
            weights: weights,
            first: layout.tensors(state.first),
            second: layout.tensors(state.second)
        )
    }

    /// Goes on from a checkpoint of a run with these settings: to the same bits as without the interruption.
    ///
    /// - Throws: `Checkpoint.Fault` where it cannot be read or is of another network.
    package func resume(from path: String) throws(Checkpoint.Fault) {
        let checkpoint = try Checkpoint(path: path, for: layout)
        let weights = layout.vector(checkpoint.weights)
        for i in 0..<layout.count { values.pointer[i] = weights[i] }
        optimiser.restore(
            steps: checkpoint.steps,
            first: layout.vector(checkpoint.first),
            second: layout.vector(checkpoint.second)
        )
    }

    /// One step on a batch.
    ///
    /// - Throws: `TrainingError` where the loss or a gradient is not finite; the weights stay.
    package func step(_ batch: NetworkInput<Float>) throws(TrainingError) -> Step {
        let parts = batch.parts(lanes.count)
        let shared = ThreadConfined(
            Shared(values: values.pointer, embeddings: embeddings, gradients: embeddingGradients)
        )
        embeddings.reserve(batch)
        embeddingGradients.clear(batch)
        crew.run(pieces: parts.count) { [lanes] piece, _ in
            let (lane, shared) = (lanes[piece].value, shared.value)
            lane.gradients.clear()
            lane.network.forward(
                parts[piece].input,
                shared.embeddings.rows(of: parts[piece]),
                Parameters(values: shared.values, gradients: lane.gradients.pointer)
            )
        }
        let first = lanes[0].value.gradients
        if parts.isEmpty { first.clear() }
        let value = loss.add(
            batch,
            embeddings,
            embeddingGradients,
            Parameters(values: values.pointer, gradients: first.pointer)
        )
        guard value.isFinite else { throw .notFinite(step: steps, what: "the loss (\(value))") }
        crew.run(pieces: parts.count) { [lanes] piece, _ in
            let (lane, shared) = (lanes[piece].value, shared.value)
            lane.network.backward(
                parts[piece].input,
                shared.embeddings.rows(of: parts[piece]),
                shared.gradients.rows(of: parts[piece]),
                Parameters(values: shared.values, gradients: lane.gradients.pointer)
            )
        }
        for lane in lanes.prefix(parts.count).dropFirst() {
            let gradients = lane.value.gradients.pointer
            for i in 0..<layout.count { first.pointer[i] += gradients[i] }
        }
        return try update(loss: value, first.pointer)
    }

    private struct Shared {
        let values: UnsafePointer<Float>
        let embeddings: Embeddings<Float>
        let gradients: Embeddings<Float>

        init(values: UnsafeMutablePointer<Float>, embeddings: Embeddings<Float>, gradients: Embeddings<Float>) {
            (self.values, self.embeddings, self.gradients) = (UnsafePointer(values), embeddings, gradients)
        }
    }

    private func update(loss: Double, _ gradients: UnsafeMutablePointer<Float>) throws(TrainingError) -> Step {
        let norm = GradientNorm.norm(gradients, count: layout.count)
        guard norm.isFinite else { throw .notFinite(step: steps, what: "the norm of the gradients (\(norm))") }
        let rate = settings.rate.rate(step: steps, of: settings.steps)
        optimiser.step(
            values.pointer,
            gradients,
            rate: rate,
            gradientFactor: GradientNorm.factor(norm: norm, limit: settings.clip)
        )
        return Step(loss: loss, gradientNorm: norm, rate: rate)
    }
}
