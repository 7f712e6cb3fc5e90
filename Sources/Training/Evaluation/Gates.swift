internal import AstroM3

/// From which probability on a model decides, branch by branch of its tree, so that a share of its decisions is wrong at the most.
///
/// Each branch has a gate of its own: one for a whole level was closed for transients by two stars, surely called periodic, that
/// were of other kinds, though none of the thirty surest supernovae was wrong.
enum Gates {
    /// A stream in which classes are not as common as among the objects with labels.
    struct Stream {
        /// By the label's number, how many objects of the stream one with this label stands for.
        var importance: [Double]
        /// Share of each class in the stream, in the order of the taxonomy's classes. What no label speaks for is called something
        /// all the same: below each branch above it, it counts as wrong.
        var shares: [Double]
    }

    /// What an answer says where it has arrived.
    private struct Said {
        var probability: Float
        var isRight: Bool
        var weight: Double
        var object: Int
        /// How many objects its own stands for.
        var importance: Double
    }

    /// For each branch the least probability from which on at most a share of the decisions is wrong, were one more object wrong
    /// that has not been seen: (wrong + 1) / (decided + 1), as conformal risk control has it (Angelopoulos et al. 2024, arXiv
    /// 2208.02814). The share itself is the least of many that were looked at: with two distributions of simulated, calibrated
    /// confidences 5.9 and 6.9 % of others' decisions were wrong by gates of 133 objects for 5 %; so 5.1 and 6.1 %, and by gates of
    /// 500 objects 5.0 and 5.1 %.
    ///
    /// A branch is judged by the answers that the gates above let arrive there, those included that belong elsewhere in the tree:
    /// whatever is decided there for them is wrong. Its gate is 1, and so it never decides, where no probability keeps the share:
    /// 19 objects, all right, are the fewest that do at 5 %.
    ///
    /// - Parameters:
    ///   - scores: calibrated.
    ///   - known: gates by other objects, which must hold too, and alone where fewer objects arrive than could open a gate; nil
    ///     where there are none, and such a branch decides nothing.
    ///   - stream: where the gates are to hold; nil: where these objects come from. A few that stand for many are no more than a few:
    ///     their number is that of equal weights with the same spread (Kish 1965), and where that is too small for a gate the branch
    ///     decides nothing, though more objects arrive. Nor does it where too few arrive: the gates before say nothing of this stream.
    static func rule(
        _ scores: Scores,
        share: Double,
        atLeast known: DecisionRule? = nil,
        stream: Stream? = nil
    ) -> DecisionRule {
        let (labels, tree) = (scores.labels, scores.labels.tree)
        let probabilities = scores.answers.map { tree.nodeProbabilities($0.leaves) }
        var rule = DecisionRule(thresholds: [1])
        // Parents stand before their children, so that what arrives at a node is known when its turn comes.
        for branch in tree.branches {
            let name = branch.map { labels.names[$0] }
            let children = tree.children(of: branch)
            let arrived = scores.answers.indices.filter { tree.path(probabilities[$0], rule).last == branch }
            let before = known?.gate(below: name, level: branch.map { labels.depths[$0] + 1 } ?? 0)
            let least = max(leastOfAll, before ?? 0)
            let found =
                children.count == 1
                ? least
                : threshold(
                    arrived.compactMap {
                        said(scores.answers[$0], probabilities[$0], labels, branch, children, stream?.importance)
                    },
                    share,
                    atLeast: least,
                    unseen: unseen(below: branch, scores, stream)
                )
            let gate = found ?? (stream == nil ? before : nil) ?? 1
            if let name { rule.branches[name] = gate } else { rule.thresholds = [gate, 1] }
        }
        return rule
    }

    /// Never below one half: the decision must be more probable than everything else together.
    private static let leastOfAll: Float = 0.5

    /// nil where the label stands at the branch or above it: it says nothing of what is below.
    private static func said(
        _ answer: Scores.Answer,
        _ probabilities: [Float],
        _ labels: TrainingLabels,
        _ branch: Int?,
        _ children: [Int],
        _ importance: [Double]?
    ) -> Said? {
        guard labels.speaks(answer.label, below: branch),
            let best = children.max(by: { probabilities[$0] < probabilities[$1] })
        else { return nil }
        let importance = importance?[answer.label] ?? 1
        return Said(
            probability: probabilities[best],
            isRight: labels.isAbove(best, orIs: answer.label),
            weight: answer.weight * importance,
            object: answer.object,
            importance: importance
        )
    }

    /// The weight, in answers, of the classes below a branch that no label speaks for there.
    private static func unseen(below branch: Int?, _ scores: Scores, _ stream: Stream?) -> Double {
        guard let stream else { return 0 }
        let labels = scores.labels
        var leaves = Set(branch.map { labels.leaves[$0] } ?? Array(stream.shares.indices))
        for label in Set(scores.answers.map(\.label)) where labels.speaks(label, below: branch) {
            leaves.subtract(labels.leaves[label])
        }
        let share = leaves.sorted().reduce(0) { $0 + stream.shares[$1] }
        return share * scores.answers.reduce(0) { $0 + $1.weight }
    }

    /// 1 where no probability keeps the share, nil where there are too few objects for any.
    ///
    /// - Parameter floor: no less will do, though the share be kept there: with more answers it may be kept where with fewer it is
    ///   not, and a gate raised afterwards promises nothing.
    private static func threshold(
        _ answers: [Said],
        _ share: Double,
        atLeast floor: Float,
        unseen: Double
    ) -> Float? {
        let objects = Objects(answers)
        let fewest = (1 - share) / share - 1e-9
        guard Double(objects.count) >= fewest else { return nil }
        guard objects.effective >= fewest else { return 1 }
        // Looks at one object are not so many objects: what one more weighs, were it of those that stand for the most.
        let one = answers.reduce(0) { $0 + $1.weight } / objects.ofLargest
        let sorted = answers.sorted { $0.probability > $1.probability }
        var (wrong, sum) = (unseen, unseen)
        var least: Float?
        for (place, answer) in sorted.enumerated() {
            sum += answer.weight
            wrong += answer.isRight ? 0 : answer.weight
            // Equals are decided together.
            let isLastOfEquals = place + 1 == sorted.count || sorted[place + 1].probability < answer.probability
            guard isLastOfEquals, answer.probability >= floor else { continue }
            if wrong + one <= share * (sum + one) + 1e-9 { least = answer.probability }
        }
        // A gate of 1 is closed; what is certain goes through the last one below it.
        return least.map { floor < 1 ? min($0, Float(1).nextDown) : 1 } ?? 1
    }

    /// How many objects answers are of.
    private struct Objects {
        let count: Int
        /// Those that stand for more than others counted for less.
        let effective: Double
        /// How many of the one that stands for the most weigh as much as all.
        let ofLargest: Double

        init(_ answers: [Said]) {
            var objects: [Int: Double] = [:]
            for answer in answers { objects[answer.object] = answer.importance }
            // In order: the last digit must not depend on how a dictionary lies in memory.
            let values = objects.sorted { $0.key < $1.key }.map(\.value)
            let (sum, squares) = values.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
            count = values.count
            effective = squares > 0 ? sum * sum / squares : 0
            ofLargest = sum / max(values.max() ?? 1, .leastNormalMagnitude)
        }
    }
}
