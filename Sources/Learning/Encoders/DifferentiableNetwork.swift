package import AstroM3

/// The three encoders with what their backward needs, for one thread; weights are in a vector that threads share.
package final class DifferentiableNetwork<Scalar: TrainingScalar> {
    /// Size of the shared embedding.
    package let width: Int
    private let photometry: DifferentiablePhotometryEncoder<Scalar>
    private let spectrum: DifferentiableSpectrumEncoder<Scalar>?
    private let metadata: DifferentiableMetadataEncoder<Scalar>?

    /// The network that a manifest describes, its parameters in a layout that holds all of them.
    ///
    /// - Parameter dropout: share of the hidden numbers of the constants' and the metadata encoder that a step drops.
    package init(_ network: Network, _ manifest: ModelManifest, dropout: Double = 0, _ layout: ParameterLayout) {
        width = manifest.architecture.embedding
        photometry = DifferentiablePhotometryEncoder(network.photometry, manifest, dropout: dropout, layout)
        spectrum = network.spectrum.map {
            DifferentiableSpectrumEncoder($0, points: manifest.spectrum?.points ?? 0, layout)
        }
        metadata = network.metadata.map { DifferentiableMetadataEncoder($0, dropout: dropout, layout) }
    }

    /// The unit embeddings of a batch.
    func forward(_ input: NetworkInput<Scalar>, _ embeddings: EmbeddingRows<Scalar>, _ parameters: Parameters<Scalar>) {
        if !input.lengths.isEmpty {
            photometry.forward(input, embeddings.photometry, parameters)
        }
        if !input.spectrumObjects.isEmpty {
            spectrum?.forward(input.spectra, count: input.spectrumObjects.count, embeddings.spectra, parameters)
        }
        if !input.metadataObjects.isEmpty {
            metadata?.forward(
                input.metadata,
                count: input.metadataObjects.count,
                embeddings.metadata,
                noise: input.noise,
                parameters
            )
        }
    }

    /// Adds to the gradients of all parameters, of the last forward's input; changes the embeddings' gradients.
    func backward(
        _ input: NetworkInput<Scalar>,
        _ embeddings: EmbeddingRows<Scalar>,
        _ gradients: EmbeddingRows<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        if !input.lengths.isEmpty {
            photometry.backward(input, embeddings: embeddings.photometry, gradients.photometry, parameters)
        }
        if !input.spectrumObjects.isEmpty {
            spectrum?.backward(
                embeddings: embeddings.spectra,
                gradients.spectra,
                count: input.spectrumObjects.count,
                parameters
            )
        }
        if !input.metadataObjects.isEmpty {
            metadata?.backward(
                embeddings: embeddings.metadata,
                gradients.metadata,
                count: input.metadataObjects.count,
                parameters
            )
        }
    }
}
