internal import Glibc

/// The share of wrong answers among the surest ones, against how many these are (El-Yaniv & Wiener 2010, Geifman & El-Yaniv
/// 2017): what a broker that may abstain gets wrong for what it answers.
package struct RiskCoverage: Sendable, Hashable {
    /// The risk of the surest answer, of the two surest, and so on.
    package let risks: [Double]

    /// Of answers with one confidence the wrong ones come first: no order among them may make the curve better.
    package init(_ answers: [(confidence: Double, isRight: Bool)]) {
        let sorted = answers.sorted { ($1.confidence, $0.isRight ? 1 : 0) < ($0.confidence, $1.isRight ? 1 : 0) }
        var wrong = 0
        risks = sorted.enumerated().map { place, answer in
            wrong += answer.isRight ? 0 : 1
            return Double(wrong) / Double(place + 1)
        }
    }

    /// The mean risk over all coverages, the area under the curve: 0 is best.
    package var area: Double { risks.reduce(0, +) / Double(max(risks.count, 1)) }

    /// The risk of the surest share of the answers, at least of one.
    package func risk(at coverage: Double) -> Double {
        guard !risks.isEmpty else { return 0 }
        return risks[min(max(Int((coverage * Double(risks.count)).rounded(.up)), 1), risks.count) - 1]
    }
}

extension Scores {
    /// What the plain maximum of the softmax says at a level: the leaf with the largest logit among those that lie under the
    /// level's nodes, with its softmax over these, at no temperature and without adding leaves up.
    func plainlyJudged(_ level: LabelLevel) -> [(confidence: Double, isRight: Bool)] {
        let owners = level.nodes.enumerated().flatMap { place, node in labels.leaves[node].map { (leaf: $0, place) } }
        return answers.compactMap { answer in
            guard let truth = level.places[answer.label], answer.logits.count == answer.leaves.count,
                let best = owners.max(by: { answer.logits[$0.leaf] < answer.logits[$1.leaf] })
            else { return nil }
            let top = answer.logits[best.leaf]
            let sum = owners.reduce(0.0) { $0 + Double(exp(answer.logits[$1.leaf] - top)) }
            return (1 / sum, best.1 == truth)
        }
    }
}
