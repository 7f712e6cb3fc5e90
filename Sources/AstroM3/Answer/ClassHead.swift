import Glibc
import Sky
import Tensor

/// From the fused embedding to an answer: logits, calibrated probabilities, a decision.
struct ClassHead: Sendable {
    private let manifest: ModelManifest
    private let head: PackedLinear
    private let tree: TaxonomyTree
    private let temperatures: [[Float]]

    init(_ layer: LinearLayer, manifest: ModelManifest, weights: Weights) throws(ModelError) {
        self.manifest = manifest
        tree = TaxonomyTree(manifest.taxonomy)
        head = try weights.linear(layer)
        let bins = manifest.calibration.pointBins.count + 1
        temperatures = (0...7).map { bits in
            let set = ModalitySet(rawValue: UInt8(bits))
            return manifest.calibration.temperatures[set.description] ?? Array(repeating: 1, count: bins)
        }
    }

    var classes: Int { head.outputs }

    /// Logits (count, classes) of fused embeddings (count, embedding).
    func logits(count: Int, fused: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
        guard count > 0 else { return }
        head.apply(rows: count, input: fused, output: output)
    }

    /// The answer for one record's logits, calibrated for what they rest on. Without any modality: uniform.
    func classification(logits: [Float], modalities: ModalitySet, points: Int) -> Classification {
        let bin = manifest.calibration.pointBins.firstIndex { points <= $0 } ?? manifest.calibration.pointBins.count
        let temperature = temperatures[Int(modalities.rawValue)][bin]
        let leaves = Self.softmax(logits, temperature: temperature)
        let nodes = tree.nodeProbabilities(leaves)
        let decides = manifest.training == .trained && !modalities.isEmpty
        return Classification(
            classifier: manifest.name,
            version: manifest.fullVersion,
            trained: manifest.training == .trained,
            probabilities: zip(tree.names, nodes).map(NodeProbability.init),
            decision: decides ? tree.decide(nodes, thresholds: manifest.decision.thresholds) : nil,
            aleatoric: leaves.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 },
            logits: logits
        )
    }

    /// The classes' probabilities out of those of all nodes.
    func leaves(of classification: Classification) -> [Float] {
        tree.leaves(of: classification.probabilities.map(\.probability))
    }

    private static func softmax(_ logits: [Float], temperature: Float) -> [Float] {
        let top = logits.max() ?? 0
        let exponentials = logits.map { exp(($0 - top) / temperature) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }
}
