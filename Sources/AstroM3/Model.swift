public import Sky

/// A model read from its folder: immutable, shared by all threads.
public final class Model: Sendable {
    /// What stands in `model.json`.
    public let manifest: ModelManifest
    /// The reference objects with their embeddings and scores.
    public let references: ReferenceObjects

    /// SHA-256 of the sealed folder, 64 hexadecimal digits.
    public var checksum: String { manifest.checksum }
    /// The classes and the nodes above them.
    public var taxonomy: Taxonomy { manifest.taxonomy }

    /// Reads, checks and packs the model of a folder.
    ///
    /// - Throws: `ModelError` naming the file, field or tensor that is refused.
    public init(folder: String) throws(ModelError) {
        throw .file(path: folder, reason: "cannot be read")
    }

    /// The answers for a batch of records, in their order. Single-threaded: each thread brings its own workspace.
    ///
    /// A record without a usable modality has a uniform, undecided answer and an empty embedding.
    public func infer(_ records: [Record], workspace: InferenceWorkspace) throws(ModelError) -> [Inference] {
        []
    }
}
