package import Sky
package import Tensor

/// A model read from its folder: immutable but for the periods that it remembers, shared by all threads.
package final class Model: Sendable {
    /// What stands in `model.json`.
    package let manifest: ModelManifest
    /// The reference objects with their embeddings and scores.
    package let references: ReferenceObjects

    let kernels: Kernels
    /// Periods that its threads have found.
    let periods = PeriodCache()
    let features: MetadataFeatures
    /// Nil where the model knows no spectra.
    let grid: SpectrumGrid?
    /// Nil where the members' heads see the fused embedding alone.
    let fusion: FusionInput?
    /// One at least.
    let members: [Member]
    let head: ClassHead

    /// SHA-256 of the sealed folder, 64 hexadecimal digits.
    package var checksum: String { manifest.checksum }
    /// The classes and the nodes above them.
    package var taxonomy: Taxonomy { manifest.taxonomy }

    /// Reads, checks and packs the model of a folder.
    ///
    /// - Parameter isCorrected: whether it answers by the shares of a stream, where it was brought to any (`Calibration.shares`).
    /// - Throws: `ModelError` naming the file, field or tensor that is refused.
    package convenience init(
        folder: String,
        isCorrected: Bool = true,
        kernels: Kernels = .best
    ) throws(ModelError) {
        let content = try ModelFolder(path: folder).read()
        try self.init(
            manifest: content.manifest,
            weights: content.weights,
            references: ReferenceTensors.read(content.references, manifest: content.manifest, kernels: kernels),
            isCorrected: isCorrected,
            kernels: kernels
        )
    }

    /// Packs a model from its parts; the manifest has been checked.
    init(
        manifest: ModelManifest,
        weights: SafeTensors,
        references: ReferenceObjects,
        isCorrected: Bool = true,
        kernels: Kernels = .best
    ) throws(ModelError) {
        let network = Network(manifest)
        let count = manifest.architecture.members
        try network.check(weights, members: count)
        self.manifest = manifest
        self.references = references
        self.kernels = kernels
        features = MetadataFeatures(input: manifest.metadata)
        grid = manifest.spectrum.map { SpectrumGrid(input: $0) }
        fusion = FusionInput(manifest)
        var members: [Member] = []
        for member in 0..<count {
            let own = Weights(tensors: weights, kernels: kernels, prefix: MemberWeights.prefix(member))
            members.append(try Member(network, manifest, own))
        }
        self.members = members
        head = ClassHead(manifest, isCorrected: isCorrected)
    }

    /// The probability of each class of an answer, in the order of the taxonomy's classes.
    package func leafProbabilities(of answer: Inference) -> [Float] { head.leaves(of: answer.classification) }

    /// The photometry encoder of the first member: all read light curves alike.
    var photometry: PhotometryEncoder { members[0].photometry }

    /// The answers for a batch of records, in their order. Single-threaded: each thread brings its own workspace.
    ///
    /// A record's answer does not depend on the records beside it. Embeddings that the archive gave with a spectrum
    /// or a row of metadata are used as they are; a record without a usable modality has a uniform, undecided answer
    /// and an empty embedding.
    package func infer(_ records: [Record], workspace: InferenceWorkspace) -> [Inference] {
        records.withUnsafeBufferPointer { infer($0, workspace: workspace) }
    }

    /// The same for records in place.
    package func infer(_ records: UnsafeBufferPointer<Record>, workspace: InferenceWorkspace) -> [Inference] {
        var inferences: [Inference] = []
        inferences.reserveCapacity(records.count)
        var first = 0
        while first < records.count {
            let size = workspace.fit(records[first...])
            let batch = UnsafeBufferPointer(rebasing: records[first..<first + size])
            InferenceBatch(self, batch, workspace).run(into: &inferences)
            first += size
        }
        return inferences
    }
}
