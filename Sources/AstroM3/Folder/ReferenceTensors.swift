import Sky
import Tensor

/// The reference objects as they stand in `references.safetensors`: for each modality that any has unit embeddings (objects,
/// embedding), a row of zeros where an object lacks it, and for each set of modalities the sorted scores.
enum ReferenceTensors {
    /// Objects from which a distribution of scores can be told.
    private static let fewestScores = 100

    /// What names of tensors of sorted scores begin with.
    static let scores = "scores."

    private static let modalities: [ModalitySet] = [.photometry, .spectrum, .metadata]

    /// One object's embeddings; nil where it lacks the modality.
    struct Embeddings {
        var photometry: [Float]?
        var spectrum: [Float]?
        var metadata: [Float]?

        init(_ inference: Inference) {
            photometry = inference.photometryEmbedding
            spectrum = inference.spectrumEmbedding
            metadata = inference.metadataEmbedding
        }

        init(photometry: [Float]? = nil, spectrum: [Float]? = nil, metadata: [Float]? = nil) {
            (self.photometry, self.spectrum, self.metadata) = (photometry, spectrum, metadata)
        }

        func embedding(_ modality: ModalitySet) -> [Float]? {
            switch modality {
            case .photometry: photometry
            case .spectrum: spectrum
            case .metadata: metadata
            default: nil
            }
        }
    }

    /// The tensors of a model's reference objects, with the scores that new ones are compared with: mean cosine distances to
    /// the k nearest. They are those of other objects that training has not seen, where there are any: what it has seen lies
    /// nearer together than what is new. Of several groups the first counts that has enough with the modalities of a set; without any
    /// they are those of each reference object among the others.
    static func make(
        _ objects: [Embeddings],
        scored groups: [[Embeddings]] = [],
        dimension: Int,
        k: Int,
        kernels: Kernels
    ) -> [String: ShapedArray] {
        guard !objects.isEmpty else { return [:] }
        var tensors: [String: ShapedArray] = [:]
        for modality in modalities where objects.contains(where: { $0.embedding(modality) != nil }) {
            tensors["embeddings.\(modality)"] = rows(of: objects, modality, dimension)
        }
        let others = groups.map { group in
            Dictionary(uniqueKeysWithValues: modalities.map { ("embeddings.\($0)", rows(of: group, $0, dimension)) })
        }
        for set in ModalitySet.allSubsets {
            let joint = subset(set, tensors, dimension: dimension, kernels: kernels)
            guard joint.members.count > 1 else { continue }
            let index = CosineNeighbours(unitRows: joint.embeddings, dimension: dimension, kernels: kernels)
            let unseen = others.lazy.map { subset(set, $0, dimension: dimension, kernels: kernels) }
                .first { $0.members.count >= fewestScores }
            let found =
                if let unseen {
                    index.search(unseen.embeddings, k: k)
                } else {
                    index.search(joint.embeddings, k: k) { $0 }
                }
            let distances = found.map { $0.meanDistance(k: k) }.sorted()
            tensors["\(scores)\(set)"] = ShapedArray(shape: [distances.count], values: distances)
        }
        return tensors
    }

    private static func rows(of objects: [Embeddings], _ modality: ModalitySet, _ dimension: Int) -> ShapedArray {
        let zeros = [Float](repeating: 0, count: dimension)
        return ShapedArray(
            shape: [objects.count, dimension],
            values: objects.flatMap { $0.embedding(modality) ?? zeros }
        )
    }

    /// Reads the reference objects of a model.
    static func read(_ tensors: SafeTensors, manifest: ModelManifest, kernels: Kernels) throws(ModelError)
        -> ReferenceObjects
    {
        let names = manifest.references
        let dimension = manifest.architecture.embedding
        var references = ReferenceObjects(
            objects: names.objects,
            labels: names.labels,
            dimension: dimension,
            k: manifest.novelty.k,
            subsets: [:]
        )
        guard !names.objects.isEmpty else {
            guard let name = tensors.names.first else { return references }
            throw .manifest(
                field: "references.objects",
                value: "empty",
                expected: "the names of the objects of \(ModelFolder.references), which has a tensor \(name)"
            )
        }
        var embeddings: [String: ShapedArray] = [:]
        for modality in modalities {
            let name = "embeddings.\(modality)"
            // None of the objects has it.
            guard tensors.shape(of: name) != nil else { continue }
            embeddings[name] = try read(name, tensors, shape: [names.objects.count, dimension])
        }
        for set in ModalitySet.allSubsets {
            guard let shape = tensors.shape(of: "scores.\(set)") else { continue }
            let joint = subset(set, embeddings, dimension: dimension, kernels: kernels)
            let scores = try read("scores.\(set)", tensors, shape: [shape.first ?? 0])
            guard zip(scores.values, scores.values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw .file(path: ModelFolder.references, reason: "tensor scores.\(set) is not sorted")
            }
            references.subsets[set] = ReferenceObjects.Subset(
                members: joint.members,
                embeddings: joint.embeddings,
                sortedScores: scores.values
            )
        }
        return references
    }

    private static func read(_ name: String, _ tensors: SafeTensors, shape: [Int]) throws(ModelError) -> ShapedArray {
        guard let array = tensors.read(name), array.shape == shape, array.values.allSatisfy(\.isFinite) else {
            throw .file(
                path: ModelFolder.references,
                reason: "tensor \(name) has shape \(tensors.shape(of: name) ?? []) or values that are not finite;"
                    + " expected shape \(shape)"
            )
        }
        return array
    }

    /// Objects that have all modalities of a set, and the unit means of just those embeddings.
    private static func subset(
        _ set: ModalitySet,
        _ tensors: [String: ShapedArray],
        dimension: Int,
        kernels: Kernels
    ) -> (members: [Int], embeddings: [Float]) {
        let wanted = modalities.filter(set.contains)
        let parts = wanted.compactMap { tensors["embeddings.\($0)"]?.values }
        guard parts.count == wanted.count else { return ([], []) }
        let count = (parts.first?.count ?? 0) / dimension
        var members: [Int] = []
        var embeddings: [Float] = []
        for object in 0..<count {
            let rows = parts.map { $0[object * dimension..<(object + 1) * dimension] }
            guard rows.allSatisfy({ row in row.contains { $0 != 0 } }) else { continue }
            members.append(object)
            for place in 0..<dimension {
                embeddings.append(rows.reduce(0) { $0 + $1[$1.startIndex + place] } / Float(rows.count))
            }
        }
        embeddings.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            kernels.normaliseRows(rows: members.count, width: dimension, values: base, stride: dimension)
        }
        return (members, embeddings)
    }
}
