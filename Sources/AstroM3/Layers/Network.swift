package import Tensor

/// All layers of one network of the model that a manifest describes.
///
/// Each part declares its own in its own file (`PhotometryEncoder.Layers` and so on); `README.md` says how one is added.
package struct Network: Layer, Hashable {
    package let photometry: PhotometryEncoder.Layers
    /// Of models that know spectra.
    package let spectrum: SpectrumEncoder.Layers?
    /// Of models that know metadata.
    package let metadata: MetadataEncoder.Layers?
    /// Of models that fuse inputs too (`FusionInput`).
    package let fusion: ConstantsEncoder.Layers?
    /// The classes' logits of the fused embedding.
    package let head: LinearLayer

    package init(_ manifest: ModelManifest) {
        photometry = PhotometryEncoder.Layers(manifest)
        spectrum = manifest.spectrum.map { SpectrumEncoder.Layers(manifest, points: $0.points) }
        metadata = manifest.metadata.features.isEmpty ? nil : MetadataEncoder.Layers(manifest)
        fusion = FusionInput(manifest).map {
            ConstantsEncoder.Layers(name: "fusion", inputs: $0.width, outputs: manifest.architecture.embedding)
        }
        head = LinearLayer(
            name: "fc",
            inputs: manifest.architecture.embedding,
            outputs: manifest.taxonomy.classes.count
        )
    }

    package var parameters: [Parameter] {
        photometry.parameters + (spectrum?.parameters ?? []) + (metadata?.parameters ?? [])
            + (fusion?.parameters ?? []) + head.parameters
    }

    /// The weights of a seed.
    package func initialWeights(seed: UInt64) -> [String: ShapedArray] {
        Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.initialValues(seed: seed)) })
    }

    /// Checks that a weights file holds each parameter of each member in its shape, and nothing else.
    ///
    /// - Throws: `ModelError` naming the first tensor that is missing, has another shape, or belongs to no layer.
    package func check(_ tensors: SafeTensors, members: Int = 1) throws(ModelError) {
        var known: Set<String> = []
        for member in 0..<members {
            for parameter in parameters {
                let name = MemberWeights.prefix(member) + parameter.name
                known.insert(name)
                let found = tensors.shape(of: name)
                guard found == parameter.shape else {
                    throw .tensor(name: name, expected: parameter.shape, found: found)
                }
            }
        }
        if let name = tensors.names.first(where: { !known.contains($0) }) {
            throw .unknownTensor(name: name, shape: tensors.shape(of: name) ?? [])
        }
    }
}
