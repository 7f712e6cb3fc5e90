package import AstroM3
import Ground
package import Tensor

/// Training of a network on several threads: contrastive pre-training by the trimodal loss, classification of the fused
/// embedding, or both with weights.
///
/// A batch is cut into runs of neighbouring objects, one a thread. Threads share the weights; each has its own activations and
/// gradients, which are added up in the threads' order, so that a run gives the same bits again with the same number of
/// threads. The loss needs all embeddings of a batch: it stands between the forward and the backward.
package final class Trainer {
    /// How it trains.
    package struct Settings: Sendable {
        /// Where the learned temperatures start.
        package var temperature = 0.07
        package var optimiser = AdamW<Float>.Settings()
        package var rate = LearningRate(peak: 1e-4)
        /// Steps of the whole run, by which the rate falls.
        package var steps = 1000
        /// The largest norm of all gradients together; nil for no limit.
        package var clip: Double?
        /// What the contrastive loss is multiplied with; 0 for none.
        package var contrastive = 1.0
        /// The loss of the labels; nil where none are learned.
        package var classification: ClassificationLoss?
        /// Share of hidden numbers that a step drops (`DifferentiableNetwork`), and of the fused embedding's.
        package var dropout = 0.0
        package var fusedDropout = 0.0
        /// How much of the averaged weights a step keeps (Polyak & Juditsky 1992, exponentially); less in the first steps. Nil:
        /// the last weights count.
        package var averaging: Double?

        package init() {}
    }

    /// What a step was.
    package struct Step: Hashable, Sendable {
        /// The loss before the step, both parts with their weights.
        package let loss: Double
        /// The part of the labels.
        package let classification: Double
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
    private let contrastive: TrimodalLoss<Float>
    private let classification: FusedClassification<Float>?
    private let optimiser: AdamW<Float>
    private let values: Buffer<Float>
    private let averages: Buffer<Float>
    private let lanes: [ThreadConfined<Lane>]
    private let crew: WorkCrew
    private let embeddings: Embeddings<Float>
    private let embeddingGradients: Embeddings<Float>

    /// A trainer of the network that a manifest describes, from weights by name; what they lack comes from the manifest's seed.
    ///
    /// - Parameter weights: each with as many numbers as its parameter has: whoever reads them from a file has seen to that.
    package init(_ manifest: ModelManifest, weights: [String: ShapedArray], _ settings: Settings, threads: Int) {
        self.settings = settings
        let network = Network(manifest)
        let scales = TrimodalLoss<Float>.scales(temperature: settings.temperature)
        layout = ParameterLayout(network.parameters + scales)
        optimiser = AdamW(layout, settings.optimiser)
        values = Buffer(count: layout.count)
        averages = Buffer(count: layout.count)
        for parameter in layout.parameters {
            let start = (weights[parameter.name] ?? parameter.initialValues(seed: manifest.seed)).values
            // More would be written over the next parameter, or beyond them all.
            precondition(
                start.count == parameter.count,
                "\(parameter.name) has \(start.count) numbers and should have \(parameter.count)"
            )
            let offset = layout.offset(of: parameter)
            for (place, value) in start.enumerated() { values.pointer[offset + place] = value }
        }
        averages.pointer.update(from: values.pointer, count: layout.count)
        lanes = (0..<max(1, threads)).map { [layout] _ in
            let network = DifferentiableNetwork<Float>(network, manifest, dropout: settings.dropout, layout)
            return ThreadConfined(Lane(network, layout))
        }
        crew = WorkCrew(size: max(1, threads), name: "train")
        let width = manifest.architecture.embedding
        contrastive = TrimodalLoss(width: width, scales: scales, layout)
        classification = settings.classification.map { [layout] in
            FusedClassification(
                $0,
                network,
                manifest,
                dropout: settings.fusedDropout,
                hiddenDropout: settings.dropout,
                layout
            )
        }
        embeddings = Embeddings(width: width)
        embeddingGradients = Embeddings(width: width)
    }

    deinit { crew.stop() }

    /// How many steps there were.
    package var steps: Int { optimiser.steps }

    /// The weights by name, those of the loss's scales among them.
    package var weights: [String: ShapedArray] { layout.tensors(values.values(layout.count)) }

    /// The weights that count at the end: the average of the steps' where the settings ask for one, else the last.
    package var averagedWeights: [String: ShapedArray] {
        settings.averaging == nil ? weights : layout.tensors(averages.values(layout.count))
    }

    /// All that a run needs to go on.
    package var checkpoint: Checkpoint {
        let state = optimiser.state
        return Checkpoint(
            steps: state.steps,
            weights: weights,
            averages: layout.tensors(averages.values(layout.count)),
            first: layout.tensors(state.first),
            second: layout.tensors(state.second)
        )
    }

    /// Goes on from a checkpoint of a run with these settings: to the same bits as without the interruption.
    ///
    /// - Throws: `Checkpoint.Fault` where it cannot be read or is of another network.
    @discardableResult
    package func resume(from path: String) throws(Checkpoint.Fault) -> Checkpoint {
        let checkpoint = try Checkpoint(path: path, for: layout)
        let weights = layout.vector(checkpoint.weights)
        let averages = layout.vector(checkpoint.averages)
        for i in 0..<layout.count { (values.pointer[i], self.averages.pointer[i]) = (weights[i], averages[i]) }
        optimiser.restore(
            steps: checkpoint.steps,
            first: layout.vector(checkpoint.first),
            second: layout.vector(checkpoint.second)
        )
        return checkpoint
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
        let parameters = Parameters(values: UnsafePointer(values.pointer), gradients: first.pointer)
        var value = 0.0
        if settings.contrastive > 0 {
            value +=
                contrastive.add(
                    batch,
                    embeddings,
                    embeddingGradients,
                    weight: settings.contrastive,
                    parameters
                ).loss
        }
        let labels = classification?.add(batch, embeddings, embeddingGradients, weight: 1, parameters) ?? 0
        value += labels
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
            Float.add(layout.count, lane.value.gradients.pointer, to: first.pointer)
        }
        return try update(loss: value, labels, first.pointer)
    }

    /// The contrastive loss of a batch by the weights that count (`averagedWeights`), without a step, and how well partners
    /// find one another.
    package func contrastiveLoss(_ batch: NetworkInput<Float>) -> (loss: Double, retrieval: PartnerRetrieval) {
        let weights = settings.averaging == nil ? values : averages
        let parts = batch.parts(lanes.count)
        embeddings.reserve(batch)
        embeddingGradients.clear(batch)
        let shared = ThreadConfined(
            Shared(values: weights.pointer, embeddings: embeddings, gradients: embeddingGradients)
        )
        crew.run(pieces: parts.count) { [lanes] piece, _ in
            let (lane, shared) = (lanes[piece].value, shared.value)
            lane.network.forward(
                parts[piece].input,
                shared.embeddings.rows(of: parts[piece]),
                Parameters(values: shared.values, gradients: lane.gradients.pointer)
            )
        }
        // The loss writes gradients beside its value; the next step begins by clearing them.
        return contrastive.add(
            batch,
            embeddings,
            embeddingGradients,
            Parameters(values: UnsafePointer(weights.pointer), gradients: lanes[0].value.gradients.pointer)
        )
    }

    private struct Shared {
        let values: UnsafePointer<Float>
        let embeddings: Embeddings<Float>
        let gradients: Embeddings<Float>

        init(values: UnsafeMutablePointer<Float>, embeddings: Embeddings<Float>, gradients: Embeddings<Float>) {
            (self.values, self.embeddings, self.gradients) = (UnsafePointer(values), embeddings, gradients)
        }
    }

    private func update(
        loss: Double,
        _ labels: Double,
        _ gradients: UnsafeMutablePointer<Float>
    ) throws(TrainingError) -> Step {
        let norm = GradientNorm.norm(gradients, count: layout.count)
        guard norm.isFinite else { throw .notFinite(step: steps, what: "the norm of the gradients (\(norm))") }
        let rate = settings.rate.rate(step: steps, of: settings.steps)
        optimiser.step(
            values.pointer,
            gradients,
            rate: rate,
            gradientFactor: GradientNorm.factor(norm: norm, limit: settings.clip)
        )
        if let averaging = settings.averaging {
            let kept = Float(min(averaging, Double(1 + steps) / Double(10 + steps)))
            let (values, averages) = (values.pointer, averages.pointer)
            for i in 0..<layout.count { averages[i] += (1 - kept) * (values[i] - averages[i]) }
        }
        return Step(loss: loss, classification: labels, gradientNorm: norm, rate: rate)
    }
}
