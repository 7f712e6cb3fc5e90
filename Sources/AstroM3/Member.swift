package import Tensor

/// One of the networks of a model. Those of a model of several (a deep ensemble: Lakshminarayanan et al. 2017, arXiv 1612.01474)
/// have one architecture and see the same inputs, and were trained from other seeds: the mean of their logits errs less than
/// each, and how far they disagree is what more training could still change.
struct Member: Sendable {
    let photometry: PhotometryEncoder
    /// Nil where the model knows no spectra.
    let spectrum: SpectrumEncoder?
    /// Nil where the model knows no metadata.
    let metadata: MetadataEncoder?
    /// What constants and metadata together add to the fused embedding; nil where they do not.
    let fusion: ConstantsEncoder?
    /// Logits of a fused embedding.
    let head: PackedLinear

    init(_ network: Network, _ manifest: ModelManifest, _ weights: Weights) throws(ModelError) {
        photometry = try PhotometryEncoder(network.photometry, manifest: manifest, weights: weights)
        if let input = manifest.spectrum, let layers = network.spectrum {
            spectrum = try SpectrumEncoder(layers, points: input.points, weights: weights)
        } else {
            spectrum = nil
        }
        if let layers = network.metadata {
            metadata = try MetadataEncoder(layers, weights: weights)
        } else {
            metadata = nil
        }
        if let layers = network.fusion {
            fusion = try ConstantsEncoder(layers, weights: weights)
        } else {
            fusion = nil
        }
        head = try weights.linear(network.head)
    }
}

/// What a weights file calls the parameters of a model's members.
package enum MemberWeights {
    /// What stands before the names of a member's parameters; nothing before the first's, so that a model of one network has
    /// the names of its layers.
    static func prefix(_ member: Int) -> String { member == 0 ? "" : "member.\(member)." }

    /// The weights of all members in one dictionary.
    ///
    /// - Parameter members: weights by parameter name, of each member.
    package static func joined(_ members: [[String: ShapedArray]]) -> [String: ShapedArray] {
        var all: [String: ShapedArray] = [:]
        for (member, weights) in members.enumerated() {
            for (name, array) in weights { all[prefix(member) + name] = array }
        }
        return all
    }

    /// Those of a manifest's seed; each member's are others.
    static func initial(_ manifest: ModelManifest) -> [String: ShapedArray] {
        let network = Network(manifest)
        return joined(
            (0..<manifest.architecture.members).map { network.initialWeights(seed: manifest.seed &+ UInt64($0)) }
        )
    }
}
