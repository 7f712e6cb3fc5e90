/// The unit embeddings of a batch, or their gradients: of each modality (rows, width), in the order of the input.
package final class Embeddings<Scalar: TrainingScalar> {
    let photometry = Buffer<Scalar>()
    let spectra = Buffer<Scalar>()
    let metadata = Buffer<Scalar>()
    /// Size of an embedding.
    let width: Int

    package init(width: Int) { self.width = width }

    /// Makes room for the rows of an input; what stood there is lost.
    func reserve(_ input: NetworkInput<Scalar>) {
        photometry.reserve(input.photometryObjects.count * width)
        spectra.reserve(input.spectrumObjects.count * width)
        metadata.reserve(input.metadataObjects.count * width)
    }

    /// Makes room for the rows of an input, all zero.
    func clear(_ input: NetworkInput<Scalar>) {
        reserve(input)
        photometry.pointer.update(repeating: 0, count: input.photometryObjects.count * width)
        spectra.pointer.update(repeating: 0, count: input.spectrumObjects.count * width)
        metadata.pointer.update(repeating: 0, count: input.metadataObjects.count * width)
    }

    /// All rows.
    var rows: EmbeddingRows<Scalar> {
        EmbeddingRows(photometry: photometry.pointer, spectra: spectra.pointer, metadata: metadata.pointer)
    }

    /// The rows from those of a part on.
    func rows(of part: NetworkInput<Scalar>.Part) -> EmbeddingRows<Scalar> {
        EmbeddingRows(
            photometry: photometry.pointer + part.firstCurve * width,
            spectra: spectra.pointer + part.firstSpectrum * width,
            metadata: metadata.pointer + part.firstFeatures * width
        )
    }
}

/// Where embeddings, or their gradients, of each modality begin.
struct EmbeddingRows<Scalar> {
    let photometry: UnsafeMutablePointer<Scalar>
    let spectra: UnsafeMutablePointer<Scalar>
    let metadata: UnsafeMutablePointer<Scalar>
}
