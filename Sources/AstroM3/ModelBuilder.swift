package import Sky
import FoundationEssentials
import Ground
package import Tensor

/// Makes model folders.
package enum ModelBuilder {
    /// An object that novelty is measured against, with its label.
    package struct ReferenceRecord: Sendable {
        /// Name of the object.
        package var name: String
        /// Its label.
        package var label: String
        /// What is known of it.
        package var record: Record

        /// A reference object.
        package init(name: String, label: String, record: Record) {
            self.name = name
            self.label = label
            self.record = record
        }
    }

    /// Makes the folder of a model whose weights come from a seed, with reference embeddings of the given objects,
    /// from whose values the means and standard deviations of the inputs are taken too.
    ///
    /// - Throws: `ModelError` where the folder holds a model already or cannot be written.
    package static func createUntrained(
        folder: String,
        name: String = "astrom3",
        version: String = "0.0.0",
        seed: UInt64,
        variant: ModelManifest.Variant = .streaming,
        layers: Int = 8,
        references: [ReferenceRecord]
    ) throws(ModelError) {
        var manifest = defaults(name: name, version: version, seed: seed, variant: variant, layers: layers)
        standardise(&manifest, by: references.map(\.record))
        try create(folder: folder, manifest: manifest, references: references)
    }

    /// A digest of the names and shapes of all weights of an untrained model: another network has another one, so that a
    /// folder that was made for it is not taken for this one's.
    package static func untrainedDigest(variant: ModelManifest.Variant = .streaming, layers: Int = 8) -> String {
        let manifest = defaults(name: "", version: "", seed: 0, variant: variant, layers: layers)
        return digest(of: Network(manifest).parameters)
    }

    static func digest(of parameters: some Sequence<Parameter>) -> String {
        var text = parameters.map { "\($0.name) \($0.shape)\n" }.sorted().joined()
        return String(text.withUTF8 { SHA256.hexadecimal(UnsafeRawBufferPointer($0)) }.prefix(16))
    }

    /// Computes the checksums of a folder anew after a meant change of `model.json` or of a tensor file.
    package static func seal(folder: String) throws(ModelError) {
        try ModelFolder(path: folder).seal()
    }

    /// Changes constants of a folder's manifest and seals it anew; a change that no model can have is refused.
    package static func edit(
        folder: String,
        _ change: (inout ModelManifest) -> Void
    ) throws(ModelError) {
        try ModelFolder(path: folder).edit(change)
    }

    /// A model with weights from a seed and without reference objects, in memory only.
    package static func untrained(
        name: String,
        version: String = "0",
        seed: UInt64,
        variant: ModelManifest.Variant,
        layers: Int
    ) throws(ModelError) -> Model {
        try untrained(defaults(name: name, version: version, seed: seed, variant: variant, layers: layers))
    }

    /// A model of a manifest with weights from its seed and without reference objects, in memory only.
    static func untrained(_ manifest: ModelManifest, kernels: Kernels = .best) throws(ModelError) -> Model {
        try model(manifest, weights: MemberWeights.initial(manifest), kernels: kernels)
    }

    /// Makes the folder of a manifest with weights from its seed.
    static func create(
        folder: String,
        manifest: ModelManifest,
        references: [ReferenceRecord]
    ) throws(ModelError) {
        let weights = MemberWeights.initial(manifest)
        try create(folder: folder, manifest: manifest, weights: weights, references: references)
    }

    /// Makes the folder of a manifest and weights by parameter name, with the reference objects' embeddings under them.
    ///
    /// - Parameter scored: objects that training has not seen, whose distances to the reference objects say what is usual; the
    ///   first group that has enough of them with the modalities at hand counts.
    /// - Parameter isHalved: whether weights and reference embeddings are kept in half precision.
    package static func create(
        folder: String,
        manifest: ModelManifest,
        weights: [String: ShapedArray],
        references: [ReferenceRecord],
        scored: [[Record]] = [],
        isHalved: Bool = false
    ) throws(ModelError) {
        let weights = isHalved ? weights.mapValues(\.halved) : weights
        let model = try model(manifest, weights: weights, kernels: .best)
        let workspace = InferenceWorkspace(model)
        let inferences = model.infer(references.map(\.record), workspace: workspace)
        var manifest = manifest
        manifest.references = ReferenceNames(objects: references.map(\.name), labels: references.map(\.label))
        let tensors = ReferenceTensors.make(
            inferences.map(ReferenceTensors.Embeddings.init),
            scored: scored.map { model.infer($0, workspace: workspace).map(ReferenceTensors.Embeddings.init) },
            dimension: manifest.architecture.embedding,
            k: manifest.novelty.k,
            kernels: model.kernels
        )
        try ModelFolder(path: folder).write(manifest, weights: weights, references: tensors, isHalved: isHalved)
    }

    /// A model of a manifest and weights by parameter name, without reference objects, in memory only.
    package static func model(
        _ manifest: ModelManifest,
        weights: [String: ShapedArray],
        kernels: Kernels = .best
    ) throws(ModelError) -> Model {
        try manifest.validate()
        let none = ReferenceObjects(
            objects: [],
            labels: [],
            dimension: manifest.architecture.embedding,
            k: manifest.novelty.k,
            subsets: [:]
        )
        do {
            let tensors = try SafeTensors(SafeTensors.encode(weights))
            return try Model(manifest: manifest, weights: tensors, references: none, kernels: kernels)
        } catch let error as ModelError {
            throw error
        } catch {
            throw .file(path: ModelFolder.weights, reason: "\(error.inWords)")
        }
    }

    static func read(_ file: String) throws(ModelError) -> SafeTensors {
        let contents = try ModelFolder.contents(of: file, maximum: FileContents.largestNumbers)
        do {
            return try SafeTensors(Data(contents))
        } catch {
            throw .file(path: file, reason: "cannot be read: \(error.inWords)")
        }
    }
}
