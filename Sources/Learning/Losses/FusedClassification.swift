import AstroM3
import Sky

/// Cross-entropy of the head's logits: each labelled object's fused embedding is the mean of its unit embeddings at hand, as
/// in `AstroM3.InferenceBatch`, and what constants and metadata add (`FusionInput`); the head's linear map takes it from there.
final class FusedClassification<Scalar: TrainingScalar> {
    private let loss: ClassificationLoss
    private let head: DifferentiableLinear
    private let fusion: (input: FusionInput, encoder: DifferentiableConstantsEncoder<Scalar>)?
    private let dropout: Dropout<Scalar>
    private let rows = Buffer<Scalar>()
    private let added = Buffer<Scalar>()
    private let fused = Buffer<Scalar>()
    private let gradient = Buffer<Scalar>()
    private let logits = Buffer<Scalar>()

    /// - Parameter dropout: share of the fused embedding's numbers that a step drops.
    /// - Parameter hiddenDropout: share of the hidden numbers of what is added to it.
    init(
        _ loss: ClassificationLoss,
        _ network: Network,
        _ manifest: ModelManifest,
        dropout: Double,
        hiddenDropout: Double,
        _ layout: ParameterLayout
    ) {
        self.loss = loss
        head = DifferentiableLinear(network.head, layout)
        self.dropout = Dropout(rate: dropout, name: network.head.name)
        if let layers = network.fusion, let input = manifest.fusionInput {
            fusion = (input, DifferentiableConstantsEncoder(layers, dropout: hiddenDropout, layout))
        } else {
            fusion = nil
        }
    }

    /// The mean loss over the labelled objects times a weight; adds to the gradients of the embeddings and of the head.
    func add(
        _ input: NetworkInput<Scalar>,
        _ embeddings: Embeddings<Scalar>,
        _ gradients: Embeddings<Scalar>,
        weight: Double,
        _ parameters: Parameters<Scalar>
    ) -> Double {
        let objects = places(input)
        guard !objects.isEmpty else { return 0 }
        let width = head.inputs
        let fused = fused.reserve(objects.count * width)
        fused.update(repeating: 0, count: objects.count * width)
        for (row, object) in objects.enumerated() {
            for part in object.parts {
                let (from, share) = (buffer(part, of: embeddings), 1 / Scalar(object.parts.count))
                for j in 0..<width { fused[row * width + j] += from[j] * share }
            }
        }
        add(input, objects, to: fused, parameters)
        dropout.forward(objects.count * width, fused, noise: input.noise)
        let logits = logits.reserve(objects.count * head.outputs)
        head.forward(rows: objects.count, fused, logits, parameters)
        let value = loss.apply(logits, classes: head.outputs, labels: objects.map(\.label), factor: weight)
        let gradient = gradient.reserve(objects.count * width)
        head.backward(rows: objects.count, fused, outputGradient: logits, inputGradient: gradient, parameters)
        dropout.backward(objects.count * width, gradient)
        fusion?.encoder.backward(gradient, count: objects.count, parameters)
        for (row, object) in objects.enumerated() {
            for part in object.parts {
                let (to, share) = (buffer(part, of: gradients), 1 / Scalar(object.parts.count))
                for j in 0..<width { to[j] += gradient[row * width + j] * share }
            }
        }
        return value
    }

    /// Adds what constants and metadata together say, of the modalities that an object is told from.
    private func add(
        _ input: NetworkInput<Scalar>,
        _ objects: [Object],
        to fused: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        guard let (layout, encoder) = fusion else { return }
        let rows = rows.reserve(objects.count * layout.width)
        input.constants.withUnsafeBufferPointer { constants in
            input.metadata.withUnsafeBufferPointer { metadata in
                for (place, object) in objects.enumerated() {
                    func row(_ modality: ModalitySet, _ all: UnsafeBufferPointer<Scalar>, _ width: Int)
                        -> UnsafePointer<Scalar>?
                    {
                        guard width > 0, let part = object.parts.first(where: { $0.modality == modality }) else {
                            return nil
                        }
                        return all.baseAddress.map { $0 + part.row * width }
                    }
                    layout.write(
                        constants: row(.photometry, constants, layout.constants),
                        metadata: row(.metadata, metadata, layout.metadata),
                        to: rows + place * layout.width
                    )
                }
            }
        }
        let (width, added) = (head.inputs, added.reserve(objects.count * head.inputs))
        encoder.forward(rows, count: objects.count, added, noise: input.noise, parameters)
        for place in 0..<objects.count * width { fused[place] += added[place] }
    }

    private struct Part {
        var modality: ModalitySet
        var row: Int
    }

    private struct Object {
        var label: Int
        var parts: [Part]
    }

    private func buffer(_ part: Part, of embeddings: Embeddings<Scalar>) -> UnsafeMutablePointer<Scalar> {
        let buffer =
            switch part.modality {
            case .photometry: embeddings.photometry
            case .spectrum: embeddings.spectra
            default: embeddings.metadata
            }
        return buffer.pointer + part.row * embeddings.width
    }

    /// The objects that have a label and something to tell it from.
    private func places(_ input: NetworkInput<Scalar>) -> [Object] {
        guard !input.labels.isEmpty else { return [] }
        var objects = input.labels.map { Object(label: $0, parts: []) }
        let rows: [(ModalitySet, [Int])] = [
            (.photometry, input.photometryObjects), (.spectrum, input.spectrumObjects),
            (.metadata, input.metadataObjects),
        ]
        for (modality, places) in rows {
            for (row, object) in places.enumerated()
            where input.fused.isEmpty || input.fused[object].contains(modality) {
                objects[object].parts.append(Part(modality: modality, row: row))
            }
        }
        return objects.filter { $0.label >= 0 && !$0.parts.isEmpty }
    }
}
