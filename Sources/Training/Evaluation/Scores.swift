internal import Glibc
package import Ground

/// Answers to labelled examples, and how good they are.
package struct Scores: Sendable {
    /// One answer.
    package struct Answer: Sendable, Hashable {
        /// Number of the label.
        package var label: Int
        /// Probability of each leaf.
        package var leaves: [Float]
        package var points: Int
        package var modalities: String
        /// Whether an alert's packet told of its surroundings.
        package var hasContext = false
        /// Number of the object.
        package var object: Int
        /// The network's output before temperature and softmax, a number a leaf; empty where it was not kept.
        package var logits: [Float] = []
        /// The node that the model decides for; nil where it decides nothing.
        package var decision: Int?
        /// How much it counts where temperatures and gates are fitted.
        package var weight = 1.0
    }

    package let labels: TrainingLabels
    package private(set) var answers: [Answer]

    package init(_ labels: TrainingLabels, _ answers: [Answer]) {
        (self.labels, self.answers) = (labels, answers)
    }

    /// Probability of a node.
    package func probability(_ node: Int, _ answer: Answer) -> Double {
        min(1, labels.leaves[node].reduce(0) { $0 + Double(answer.leaves[$1]) })
    }

    /// Mean of -log of the probability of the label; infinite without answers, as of a network that has lost its numbers.
    package var loss: Double {
        guard !answers.isEmpty else { return .infinity }
        return answers.reduce(0) { $0 - log(max(probability($1.label, $1), 1e-9)) } / Double(answers.count)
    }

    /// One answer at a level: places of nodes among the level's.
    package struct Judgement: Sendable, Hashable {
        package var truth: Int
        package var answer: Int
        /// Probability of the answer among the level's nodes.
        package var confidence: Double
        /// Probability of the truth likewise.
        package var ofTruth: Double

        package var isRight: Bool { truth == answer }
    }

    /// Right answers among the labels that a set of nodes holds: the most probable of the nodes is the label's.
    package struct Level: Sendable, Hashable {
        package var count = 0
        package var accuracy = 0.0
        package var balancedAccuracy = 0.0
        /// One standard deviation of the balanced accuracy, of the number of objects.
        package var balancedError = 0.0
        package var macroF1 = 0.0
        /// Accuracy of the surest three quarters, by the probability of what was chosen.
        package var surest = 0.0
        /// Mean of -log of the probability of the label, renormalised over the nodes.
        package var logLoss = 0.0
        /// Expected calibration error, and that of a perfectly calibrated model with the same confidences.
        package var calibrationError = 0.0
        package var calibrationErrorExpected = 0.0
        package var recall: [String: Double] = [:]
        package var precision: [String: Double] = [:]
        package var counts: [String: Int] = [:]
        /// True names by rows, answers by columns, in the order of `names`.
        package var confusion: [[Int]] = []
        package var names: [String] = []

        /// One standard deviation of the accuracy, of the number of objects.
        package var accuracyError: Double { (accuracy * (1 - accuracy) / Double(max(count, 1))).squareRoot() }
    }

    /// The first level of the tree, over the classes that these answers have.
    package var firstLevel: Level { level(labels.firstLevelOfChoice.among(answers)) }

    /// The deepest labelled nodes: a label above others that the answers have says less than they do, and is left out.
    package var ofLabels: Level { level(deepest) }

    /// The classes of `ofLabels`.
    package var deepest: LabelLevel { labels.deepest(of: Set(answers.map(\.label))) }

    /// The first level, the tree cut at each depth below over the classes that these answers have, then their deepest labelled
    /// nodes; a cut that is the same as another, or of one class, is left out.
    package var levels: [LabelLevel] {
        var found: [LabelLevel] = []
        let first = labels.firstChoice
        for depth in first..<max(first + 1, labels.depths.max() ?? 0) {
            let level = labels.level(depth: depth).among(answers)
            if depth == first || level.nodes.count > 1 && level.nodes != found.last?.nodes { found.append(level) }
        }
        let deepest = deepest
        if found.count > 1, Set(found.last?.nodes ?? []) == Set(deepest.nodes) { found.removeLast() }
        return found + [deepest]
    }

    /// What a model says at a level: the most probable of its nodes, with its probability renormalised over them. Answers whose
    /// label says nothing of this level are left out.
    package func judged(_ level: LabelLevel) -> [Judgement] {
        answers.compactMap { answer in
            guard let truth = level.places[answer.label] else { return nil }
            let values = level.nodes.map { probability($0, answer) }
            guard let best = values.indices.max(by: { values[$0] < values[$1] }) else { return nil }
            let sum = values.reduce(0, +)
            return Judgement(
                truth: truth,
                answer: best,
                confidence: sum > 0 ? values[best] / sum : 0,
                ofTruth: values[truth] / max(sum, 1e-12)
            )
        }
    }

    /// The figures at a level. Recall, balanced accuracy and F1 are over the classes of these answers; a class that only others
    /// have counts among the answers alone.
    package func level(_ classes: LabelLevel) -> Level {
        var level = Level()
        let judged = judged(classes)
        guard !judged.isEmpty else { return level }
        level.names = classes.nodes.map { labels.names[$0] }
        level.confusion = [[Int]](repeating: [Int](repeating: 0, count: level.names.count), count: level.names.count)
        for judgement in judged {
            level.confusion[judgement.truth][judgement.answer] += 1
            level.logLoss -= log(max(judgement.ofTruth, 1e-9)) / Double(judged.count)
        }
        level.count = judged.count
        level.accuracy = share(judged.map(\.isRight))
        var sure = judged.map { (confidence: $0.confidence, isRight: $0.isRight) }
        (level.calibrationError, level.calibrationErrorExpected) = CalibrationError.of(sure)
        // Of equals the wrong come first: the figure may not depend on the order of the rows.
        sure.sort { ($0.confidence, $1.isRight ? 1 : 0) > ($1.confidence, $0.isRight ? 1 : 0) }
        level.surest = share(sure.prefix(Int((0.75 * Double(sure.count)).rounded())).map(\.isRight))
        var (recalls, variance, f1) = ([Double](), 0.0, [Double]())
        for (row, name) in level.names.enumerated() {
            let hits = Double(level.confusion[row][row])
            let truths = Double(level.confusion[row].reduce(0, +))
            let said = Double(level.confusion.reduce(0) { $0 + $1[row] })
            level.counts[name] = Int(truths)
            if said > 0 { level.precision[name] = hits / said }
            guard truths > 0 else { continue }
            level.recall[name] = hits / truths
            recalls.append(hits / truths)
            f1.append(2 * hits / (truths + said))
            // Of a class of few objects all may be right by chance: one right and one wrong are added.
            let likely = (hits + 1) / (truths + 2)
            variance += likely * (1 - likely) / truths
        }
        level.balancedAccuracy = recalls.reduce(0, +) / Double(recalls.count)
        level.balancedError = variance.squareRoot() / Double(recalls.count)
        level.macroF1 = f1.reduce(0, +) / Double(f1.count)
        return level
    }

    private func share(_ flags: [Bool]) -> Double {
        flags.isEmpty ? 0 : Double(flags.count { $0 }) / Double(flags.count)
    }

    /// Answers that a condition picks.
    package func picked(_ condition: (Answer) -> Bool) -> Scores { Scores(labels, answers.filter(condition)) }
}

extension Scores.Level {
    /// As `trifid evaluate --json` prints it.
    package var json: JSONValue { .object(members) }

    /// The same as members of an object.
    package var members: [JSONValue.Member] {
        let json: JSONValue = [
            "n": .integer(Int64(count)), "accuracy": .number(accuracy), "balancedAccuracy": .number(balancedAccuracy),
            "accuracyError": .number(accuracyError), "balancedError": .number(balancedError),
            "macroF1": .number(macroF1), "nll": .number(logLoss), "ece": .number(calibrationError),
            "eceExpected": .number(calibrationErrorExpected), "surest75": .number(surest),
            "perClass": .object(
                names.map { name in
                    JSONValue.Member(
                        name,
                        [
                            "n": .integer(Int64(counts[name] ?? 0)), "recall": .optional(recall[name]),
                            "precision": .optional(precision[name]),
                        ]
                    )
                }
            ),
        ]
        guard case .object(let members) = json else { return [] }
        return members
    }
}

extension JSONValue {
    /// A number, or null.
    static func optional(_ number: Double?) -> JSONValue { number.map(JSONValue.number) ?? .null }
}
