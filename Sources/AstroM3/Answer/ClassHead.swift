import Glibc
package import Sky
import Tensor

/// From the members' logits to an answer: calibrated probabilities, a decision, how unsure it is and why.
package struct ClassHead: Sendable {
    private let manifest: ModelManifest
    private let tree: TaxonomyTree
    /// By set, those with context after those without.
    private let temperatures: [[Float]]
    /// By what the classes' probabilities are multiplied, without and with context; nil: as they are.
    private let factors: [[Float]?]

    /// - Parameter isCorrected: whether answers go by the shares of a stream, where the manifest has any.
    init(_ manifest: ModelManifest, isCorrected: Bool = true) {
        var manifest = manifest
        if !isCorrected, let shares = manifest.calibration.shares {
            (manifest.calibration.shares, manifest.decision) = (nil, shares.decision)
        }
        self.manifest = manifest
        tree = TaxonomyTree(manifest.taxonomy)
        factors = [false, true].map {
            manifest.calibration.factors(manifest.taxonomy.classes, hasContext: $0)
        }
        temperatures = [false, true].flatMap { hasContext in
            (0...7).map { bits in
                manifest.calibration.temperatures(of: ModalitySet(rawValue: UInt8(bits)), hasContext: hasContext)
            }
        }
    }

    /// What a folder's `model.json` says of answers; its weights are not read.
    /// - Throws: `ModelError` where it is not there or damaged.
    package init(folder: String) throws {
        self.init(try ModelFolder(path: folder).manifest())
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
        let logits = Self.mean(members)
        func probabilities(_ logits: [Float]) -> [Float] {
            self.probabilities(logits, modalities, hasContext: hasContext, points: points)
        }
        let leaves = probabilities(logits)
        let own = members.count > 1 ? members.map(probabilities) : [leaves]
        let aleatoric = own.reduce(0) { $0 + Self.entropy($1) } / Float(own.count)
        return answer(
            leaves,
            logits: logits,
            calibration: Calibration.name(modalities, hasContext: hasContext),
            aleatoric: aleatoric,
            epistemic: own.count > 1 ? max(0, Self.entropy(Self.mean(own)) - aleatoric) : 0
        )
    }

    /// The answer that this head gives to the logits of another answer, of the same network under an earlier calibration; nil
    /// where they are not of this model's classes, or the answer does not say what it rests on.
    ///
    /// What the members said by themselves is not kept: `epistemic` stays as it was, and `aleatoric` is the rest of the doubt.
    package func recalibrated(_ stored: Classification, points: Int) -> Classification? {
        guard stored.classes == manifest.taxonomy.classes, stored.logits.count == stored.classes.count,
            let (modalities, hasContext) = Calibration.basis(named: stored.calibration)
        else { return nil }
        let leaves = probabilities(stored.logits, modalities, hasContext: hasContext, points: points)
        return answer(
            leaves,
            logits: stored.logits,
            calibration: stored.calibration,
            aleatoric: max(0, Self.entropy(leaves) - stored.epistemic),
            epistemic: stored.epistemic
        )
    }

    /// Of the classes, at the temperature of what an answer rests on, and with their shares where the model is asked.
    private func probabilities(
        _ logits: [Float],
        _ modalities: ModalitySet,
        hasContext: Bool,
        points: Int
    ) -> [Float] {
        let leaves = Self.softmax(
            logits,
            temperature: temperature(modalities, hasContext: hasContext, points: points)
        )
        // What nothing was seen of is no class more than another.
        guard let factors = factors[hasContext ? 1 : 0], !modalities.isEmpty else { return leaves }
        let products = zip(leaves, factors).map(*)
        let sum = products.reduce(0, +)
        // Where all that is left is of classes that do not come, rounding leaves nothing.
        return sum > 0 ? products.map { $0 / sum } : leaves
    }

    private func temperature(_ modalities: ModalitySet, hasContext: Bool, points: Int) -> Float {
        let bin = manifest.calibration.pointBins.firstIndex { points <= $0 } ?? manifest.calibration.pointBins.count
        return temperatures[Int(modalities.rawValue) + (hasContext ? 8 : 0)][bin]
    }

    private func answer(
        _ leaves: [Float],
        logits: [Float],
        calibration: String,
        aleatoric: Float,
        epistemic: Float
    ) -> Classification {
        let nodes = tree.nodeProbabilities(leaves)
        let decides = manifest.training == .trained && !calibration.isEmpty
        return Classification(
            classifier: manifest.name,
            version: manifest.fullVersion,
            trained: manifest.training == .trained,
            probabilities: zip(tree.names, nodes).map(NodeProbability.init),
            decision: decides ? tree.decide(nodes, manifest.decision) : nil,
            aleatoric: aleatoric,
            epistemic: epistemic,
            logits: logits,
            classes: manifest.taxonomy.classes,
            calibration: calibration
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
