import Sky
import Tensor

/// The memory that one thread infers in: made once, grown to a bound, used again.
package final class InferenceWorkspace {
    /// Tokens that pass through the encoder together: as many as stay near the processor, and the bound of this
    /// memory.
    static let maximumTokens = 1024
    /// Records that are answered together.
    static let maximumRecords = 256

    let lightCurves: LightCurveInput
    let input: AlignedFloats
    let constants: AlignedFloats
    let photometry: PhotometryMemory
    let embeddings: AlignedFloats
    let spectrumRows: (AlignedFloats, AlignedFloats)
    let features: AlignedFloats
    let hidden: (AlignedFloats, AlignedFloats)
    let fused: AlignedFloats
    let fusionRows = AlignedFloats(count: 0)
    let fusionMemory = ConstantsEncoder.Memory()
    let headInput = AlignedFloats(count: 0)
    let logits: AlignedFloats
    private let model: Model

    /// A workspace for a model, to be used by one thread at a time.
    package init(_ model: Model) {
        self.model = model
        lightCurves = LightCurveInput(model.manifest.photometry, model.periods)
        input = AlignedFloats(count: 0)
        constants = AlignedFloats(count: 0)
        photometry = PhotometryMemory(architecture: model.manifest.architecture)
        embeddings = AlignedFloats(count: 0)
        // Only models that meet a spectrum need room for one.
        spectrumRows = (AlignedFloats(count: 0), AlignedFloats(count: 0))
        features = AlignedFloats(count: 0)
        hidden = (AlignedFloats(count: 0), AlignedFloats(count: 0))
        fused = AlignedFloats(count: 0)
        logits = AlignedFloats(count: 0)
    }

    /// How many records from the first on fit into one pass; at least one.
    func fit(_ records: Slice<UnsafeBufferPointer<Record>>) -> Int {
        var tokens = 0
        var count = 0
        for record in records.prefix(Self.maximumRecords) {
            let points = min(record.lightCurve.points.count, model.photometry.maximumPoints)
            tokens += model.photometry.tokens(forPoints: points)
            guard tokens <= Self.maximumTokens || count == 0 else { break }
            count += 1
        }
        return count
    }
}
