internal import Ground

/// One model of a study.
package struct StudyCell: Hashable, Sendable {
    package var variant: String
    /// The fold that is tested; nil: split `test` is.
    package var fold: Int?
    package var seed: UInt64
    /// The part of the labels that it sees.
    package var fraction: Double
    /// Number of the draw of labels, from 1.
    package var draw: Int
    package var isPretrained: Bool

    /// Its folder's name: whatever tells it from the others.
    package var name: String {
        "\(pretraining)-labels\(fraction)-draw\(draw)-\(isPretrained ? "pretrained" : "none")"
    }

    /// The folder's name of the pre-training that it shares.
    package var pretraining: String { "\(variant)\(fold.map { "-fold\($0)" } ?? "")-seed\(seed)" }

    /// For people.
    package var title: String {
        "\(place), \(LabelShare.percentage(fraction)) of the labels, draw \(draw), "
            + (isPretrained ? "pre-trained" : "not pre-trained")
    }

    /// Variant, fold and seed for people.
    package var place: String { "\(variant)\(fold.map { ", fold \($0)" } ?? ""), seed \(seed)" }

    /// The seed of its fine-tuning: the same whether it is pre-trained or not.
    package var tuningSeed: UInt64 {
        guard draw > 1 else { return seed }
        var generator = SplitMix64(seed: seed, name: "draw \(draw)")
        // Small enough to be typed.
        return generator.next() >> 40
    }

    package var labels: LabelShare? { LabelShare(fraction: fraction, draw: draw) }
}
