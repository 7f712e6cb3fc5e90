/// What one step sees of a number of objects, each modality packed without gaps: an object that lacks it has no row.
package struct NetworkInput<Scalar: TrainingScalar> {
    /// Rows of channels of all light curves, one after the other (sum of lengths, channels).
    package var photometry: [Scalar] = []
    /// Points of each light curve, at least 1.
    package var lengths: [Int] = []
    /// Which object each light curve is of, rising.
    package var photometryObjects: [Int] = []
    /// Spectra (count, points, channels).
    package var spectra: [Scalar] = []
    /// Which object each spectrum is of, rising.
    package var spectrumObjects: [Int] = []
    /// For each spectrum a number that is the same where several objects share one.
    package var spectrumIdentities: [Int] = []
    /// Feature rows (count, features).
    package var metadata: [Scalar] = []
    /// Which object each feature row is of, rising.
    package var metadataObjects: [Int] = []
    /// How many objects there are.
    package var objects = 0

    package init() {}
}

/// The unit embeddings of a batch, or their gradients: of each modality (rows, embedding), in the order of the input.
package final class Embeddings<Scalar: TrainingScalar> {
    package let photometry = Buffer<Scalar>()
    package let spectra = Buffer<Scalar>()
    package let metadata = Buffer<Scalar>()

    package init() {}

    func reserve(_ input: NetworkInput<Scalar>, width: Int) {
        photometry.reserve(input.photometryObjects.count * width)
        spectra.reserve(input.spectrumObjects.count * width)
        metadata.reserve(input.metadataObjects.count * width)
    }

    func clear(_ input: NetworkInput<Scalar>, width: Int) {
        reserve(input, width: width)
        photometry.pointer.update(repeating: 0, count: input.photometryObjects.count * width)
        spectra.pointer.update(repeating: 0, count: input.spectrumObjects.count * width)
        metadata.pointer.update(repeating: 0, count: input.metadataObjects.count * width)
    }
}
