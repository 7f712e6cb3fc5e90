import Glibc
import Sky
import Tensor

/// From the members' logits to an answer: calibrated probabilities, a decision, how unsure it is and why.
struct ClassHead: Sendable {
    private let manifest: ModelManifest
    private let tree: TaxonomyTree
    /// By set, those with context after those without.
    private let temperatures: [[Float]]

    init(_ manifest: ModelManifest) {
        self.manifest = manifest
        tree = TaxonomyTree(manifest.taxonomy)
        temperatures = [false, true].flatMap { hasContext in
            (0...7).map { bits in
                manifest.calibration.temperatures(of: ModalitySet(rawValue: UInt8(bits)), hasContext: hasContext)
            }
        }
    }

    /// The answer for one record's logits, calibrated for what they rest on. Without any modality: uniform.
    ///
    /// Probabilities are the softmax of the mean of the members' logits, so that a new calibration needs these alone. The
    /// members' own probabilities say what kind of doubt there is: `aleatoric` is their mean entropy, `epistemic` the entropy
    /// that their mean has beyond it (the mutual information of class and member; Depeweg et al. 2018, arXiv 1710.07283).
    ///
    /// - Parameters:
    ///   - logits: of each member.
    ///   - hasContext: whether the alert's packet told of its surroundings.
    func classification(
        logits members: [[Float]],
        modalities: ModalitySet,
        hasContext: Bool,
        points: Int
    ) -> Classification {
        let bin = manifest.calibration.pointBins.firstIndex { points <= $0 } ?? manifest.calibration.pointBins.count
        let temperature = temperatures[Int(modalities.rawValue) + (hasContext ? 8 : 0)][bin]
        let logits = Self.mean(members)
        let leaves = Self.softmax(logits, temperature: temperature)
        let nodes = tree.nodeProbabilities(leaves)
        let decides = manifest.training == .trained && !modalities.isEmpty
        let own = members.count > 1 ? members.map { Self.softmax($0, temperature: temperature) } : [leaves]
        let aleatoric = own.reduce(0) { $0 + Self.entropy($1) } / Float(own.count)
        return Classification(
            classifier: manifest.name,
            version: manifest.fullVersion,
            trained: manifest.training == .trained,
            probabilities: zip(tree.names, nodes).map(NodeProbability.init),
            decision: decides ? tree.decide(nodes, thresholds: manifest.decision.thresholds) : nil,
            aleatoric: aleatoric,
            epistemic: own.count > 1 ? max(0, Self.entropy(Self.mean(own)) - aleatoric) : 0,
            logits: logits
        )
    }

    /// The classes' probabilities out of those of all nodes.
    func leaves(of classification: Classification) -> [Float] {
        tree.leaves(of: classification.probabilities.map(\.probability))
    }

    private static func mean(_ rows: [[Float]]) -> [Float] {
        guard rows.count > 1, var sum = rows.first else { return rows.first ?? [] }
        for row in rows.dropFirst() { for place in sum.indices { sum[place] += row[place] } }
        return sum.map { $0 / Float(rows.count) }
    }

    private static func entropy(_ probabilities: [Float]) -> Float {
        probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    }

    private static func softmax(_ logits: [Float], temperature: Float) -> [Float] {
        let top = logits.max() ?? 0
        let exponentials = logits.map { exp(($0 - top) / temperature) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }
}
