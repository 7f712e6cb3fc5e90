import AstroM3
import ModelSupport
import Tensor

@testable import Learning

/// A network with its losses in one vector of parameters, as the tests of gradients need it.
final class TrainedNetwork<Scalar: TrainingScalar> {
    let layout: ParameterLayout
    let values: Buffer<Scalar>
    let gradients: Buffer<Scalar>
    private let network: DifferentiableNetwork<Scalar>
    private let loss: TrimodalLoss<Scalar>
    private let classification: FusedClassification<Scalar>?
    private let embeddings: Embeddings<Scalar>
    private let embeddingGradients: Embeddings<Scalar>

    init(
        _ manifest: ModelManifest,
        tensors: [String: ShapedArray],
        temperature: Double = 0.07,
        classification: ClassificationLoss? = nil,
        dropout: Double = 0
    ) {
        let declared = Network(manifest)
        let scales = TrimodalLoss<Scalar>.scales(temperature: temperature)
        layout = ParameterLayout(declared.parameters + scales)
        values = Buffer(count: layout.count)
        gradients = Buffer(count: layout.count)
        network = DifferentiableNetwork(declared, manifest, dropout: dropout, layout)
        embeddings = Embeddings(width: network.width)
        embeddingGradients = Embeddings(width: network.width)
        loss = TrimodalLoss(width: manifest.architecture.embedding, scales: scales, layout)
        self.classification = classification.map { [layout] in
            FusedClassification($0, declared, manifest, dropout: dropout, hiddenDropout: dropout, layout)
        }
        for parameter in layout.parameters {
            let offset = layout.offset(of: parameter)
            let start = (tensors[parameter.name] ?? parameter.initialValues(seed: 1)).values
            for (place, value) in start.enumerated() { values.pointer[offset + place] = Scalar(value) }
        }
    }

    private var parameters: Parameters<Scalar> { Parameters(values: values.pointer, gradients: gradients.pointer) }

    /// The losses; their gradients stand in `gradients` afterwards.
    func step(_ input: NetworkInput<Scalar>) -> Double {
        gradients.clear()
        embeddings.reserve(input)
        network.forward(input, embeddings.rows, parameters)
        embeddingGradients.clear(input)
        let loss = losses(input)
        network.backward(input, embeddings.rows, embeddingGradients.rows, parameters)
        return loss
    }

    /// The losses alone.
    func value(_ input: NetworkInput<Scalar>) -> Double {
        embeddings.reserve(input)
        network.forward(input, embeddings.rows, parameters)
        embeddingGradients.clear(input)
        return losses(input)
    }

    private func losses(_ input: NetworkInput<Scalar>) -> Double {
        loss.add(input, embeddings, embeddingGradients, parameters).loss
            + (classification?.add(input, embeddings, embeddingGradients, weight: 0.7, parameters) ?? 0)
    }

    /// Embeddings of photometry, spectra, metadata.
    func embed(_ input: NetworkInput<Scalar>) -> [[Scalar]] {
        embeddings.reserve(input)
        network.forward(input, embeddings.rows, parameters)
        let width = network.width
        return [
            embeddings.photometry.values(input.lengths.count * width),
            embeddings.spectra.values(input.spectrumObjects.count * width),
            embeddings.metadata.values(input.metadataObjects.count * width),
        ]
    }

    func gradient(_ name: String) -> [Scalar] {
        guard let parameter = layout.parameters.first(where: { $0.name == name }) else { return [] }
        let offset = layout.offset(of: parameter)
        return (0..<parameter.count).map { gradients.pointer[offset + $0] }
    }
}

extension NetworkInput {
    /// The golden vectors' batch: four objects with all modalities, light curves of true length.
    static func golden() -> NetworkInput {
        var input = NetworkInput()
        let photometry = GoldenVectors.photometry()
        for (curve, length) in GoldenVectors.lengths.enumerated() {
            input.photometry += photometry[(curve * 200 * 9)..<(curve * 200 + length) * 9].map { Scalar($0) }
        }
        input.lengths = GoldenVectors.lengths
        input.spectra = GoldenVectors.spectra().flatMap { $0.map { Scalar($0) } }
        input.metadata = GoldenVectors.metadata().map { Scalar($0) }
        input.objects = 4
        input.photometryObjects = Array(0..<4)
        input.spectrumObjects = Array(0..<4)
        input.spectrumIdentities = Array(0..<4)
        input.metadataObjects = Array(0..<4)
        return input
    }
}
