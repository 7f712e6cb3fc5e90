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
        /// Number of the object.
        package var object: Int
    }

    package let labels: TrainingLabels
    package private(set) var answers: [Answer]

    package init(_ labels: TrainingLabels, _ answers: [Answer]) {
        (self.labels, self.answers) = (labels, answers)
    }

    /// Probability of a node.
    package func probability(_ node: Int, _ answer: Answer) -> Double {
        labels.leaves[node].reduce(0) { $0 + Double(answer.leaves[$1]) }
    }

    /// Mean of -log of the probability of the label; infinite without answers, as of a network that has lost its numbers.
    package var loss: Double {
        guard !answers.isEmpty else { return .infinity }
        return answers.reduce(0) { $0 - log(max(probability($1.label, $1), 1e-9)) } / Double(answers.count)
    }

    /// Right answers among the labels that a set of nodes holds: the most probable of the nodes is the label's.
    package struct Level: Sendable, Hashable {
        package var count = 0
        package var accuracy = 0.0
        package var balancedAccuracy = 0.0
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
    }

    /// The first level of the tree.
    package var firstLevel: Level {
        level(among: labels.depths.indices.filter { labels.depths[$0] == 0 }) { labels.firstLevel[$0] }
    }

    /// The deepest labelled nodes: a label above others that the answers have says less than they do, and is left out.
    package var ofLabels: Level {
        let present = Set(answers.map(\.label))
        func isAboveAnother(_ node: Int) -> Bool {
            let leaves = Set(labels.leaves[node])
            return present.contains { $0 != node && leaves.isStrictSuperset(of: labels.leaves[$0]) }
        }
        let nodes = present.filter { !isAboveAnother($0) }.sorted()
        return picked { nodes.contains($0.label) }.level(among: nodes) { $0 }
    }

    private func level(among candidates: [Int], _ truth: (Int) -> Int) -> Level {
        var level = Level()
        let present = Set(answers.map { truth($0.label) })
        // Renormalised over the classes that the data have.
        let nodes = candidates.filter { present.contains($0) }
        guard !nodes.isEmpty, !answers.isEmpty else { return level }
        let places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        level.names = nodes.map { labels.names[$0] }
        level.confusion = [[Int]](repeating: [Int](repeating: 0, count: nodes.count), count: nodes.count)
        var sure: [(confidence: Double, isRight: Bool)] = []
        for answer in answers {
            let values = nodes.map { probability($0, answer) }
            let best = values.indices.max { values[$0] < values[$1] } ?? 0
            let sum = values.reduce(0, +)
            guard let row = places[truth(answer.label)] else { continue }
            level.logLoss -= log(max(values[row] / max(sum, 1e-12), 1e-9)) / Double(answers.count)
            level.confusion[row][best] += 1
            sure.append((sum > 0 ? values[best] / sum : 0, best == row))
        }
        level.count = answers.count
        level.accuracy = share(sure.map(\.isRight))
        (level.calibrationError, level.calibrationErrorExpected) = CalibrationError.of(sure)
        sure.sort { $0.confidence > $1.confidence }
        level.surest = share(sure.prefix(Int((0.75 * Double(sure.count)).rounded())).map(\.isRight))
        var (recalls, f1) = ([Double](), [Double]())
        for (row, name) in level.names.enumerated() {
            let hits = Double(level.confusion[row][row])
            let truths = Double(level.confusion[row].reduce(0, +))
            let said = Double(level.confusion.reduce(0) { $0 + $1[row] })
            level.recall[name] = hits / max(1, truths)
            level.precision[name] = said > 0 ? hits / said : 0
            level.counts[name] = Int(truths)
            recalls.append(hits / max(1, truths))
            f1.append(2 * hits / max(1, truths + said))
        }
        level.balancedAccuracy = recalls.reduce(0, +) / Double(recalls.count)
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
            "macroF1": .number(macroF1), "nll": .number(logLoss), "ece": .number(calibrationError),
            "eceExpected": .number(calibrationErrorExpected), "surest75": .number(surest),
            "perClass": .object(
                names.map { name in
                    JSONValue.Member(
                        name,
                        [
                            "n": .integer(Int64(counts[name] ?? 0)), "recall": .number(recall[name] ?? 0),
                            "precision": .number(precision[name] ?? 0),
                        ]
                    )
                }
            ),
        ]
        guard case .object(let members) = json else { return [] }
        return members
    }
}
