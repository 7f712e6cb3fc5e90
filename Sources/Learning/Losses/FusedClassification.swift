import AstroM3
import Sky

/// Cross-entropy of the head's logits: each labelled object's fused embedding is the mean of its unit embeddings at hand, as
/// in `AstroM3.InferenceBatch`, and the head's linear map takes it from there.
final class FusedClassification<Scalar: TrainingScalar> {
    private let loss: ClassificationLoss
    private let head: DifferentiableLinear
    private let dropout: Dropout<Scalar>
    private let fused = Buffer<Scalar>()
    private let gradient = Buffer<Scalar>()
    private let logits = Buffer<Scalar>()

    init(_ loss: ClassificationLoss, head: LinearLayer, dropout: Double, _ layout: ParameterLayout) {
        self.loss = loss
        self.head = DifferentiableLinear(head, layout)
        self.dropout = Dropout(rate: dropout, name: head.name)
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
        dropout.forward(objects.count * width, fused, noise: input.noise)
        let logits = logits.reserve(objects.count * head.outputs)
        head.forward(rows: objects.count, fused, logits, parameters)
        let value = loss.apply(logits, classes: head.outputs, labels: objects.map(\.label), factor: weight)
        let gradient = gradient.reserve(objects.count * width)
        head.backward(rows: objects.count, fused, outputGradient: logits, inputGradient: gradient, parameters)
        dropout.backward(objects.count * width, gradient)
        for (row, object) in objects.enumerated() {
            for part in object.parts {
                let (to, share) = (buffer(part, of: gradients), 1 / Scalar(object.parts.count))
                for j in 0..<width { to[j] += gradient[row * width + j] * share }
            }
        }
        return value
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
