internal import Ground
internal import Sky

/// Whether each answer of a study is right, by kind of model, repeat, fold and set of modalities.
struct StudyVerdicts {
    /// A seed and a draw of labels.
    struct Repeat: Hashable {
        var seed: UInt64
        var draw: Int
    }

    struct Verdict {
        /// Number of the object, of its cluster, of its class.
        var object: Int
        var cluster: Int
        var label: Int
        /// Of each class.
        var probabilities: [Double]
        var isRight: Bool
        /// Whether the class is right that is said when all classes count alike (`PriorCorrection`).
        var isRightCorrected = false
    }

    /// Verdicts of one cell to one set.
    private struct Part {
        var repetition: Repeat
        var fold: Int?
        var verdicts: [Verdict]
    }

    private struct Key: Hashable {
        var setting: StudyTables.Setting
        var set: ModalitySet
    }

    /// The deepest labelled nodes.
    let classes: [String]
    /// In the order of the grid.
    let settings: [StudyTables.Setting]
    private let parts: [Key: [Part]]

    init(_ labels: TrainingLabels, _ answers: [(cell: StudyCell, answers: [StudyAnswer])]) {
        let present = Set(answers.flatMap { $0.answers.map(\.label) }.compactMap(labels.number))
        let names = labels.deepest(of: present).nodes.map { labels.names[$0] }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var (objects, clusters) = ([String: Int](), [String: Int]())
        func number(_ name: String, _ numbers: inout [String: Int]) -> Int {
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            return number
        }
        var (settings, parts) = ([StudyTables.Setting](), [Key: [Part]]())
        for (cell, answers) in answers {
            let setting = StudyTables.Setting(
                variant: cell.variant,
                fraction: cell.fraction,
                isPretrained: cell.isPretrained
            )
            if !settings.contains(setting) { settings.append(setting) }
            var verdicts: [ModalitySet: [Verdict]] = [:]
            for answer in answers {
                guard let label = places[answer.label] else { continue }
                let object = number(answer.object, &objects)
                // No name of an object holds a line break.
                let cluster = number(answer.cluster.map { "\n\($0)" } ?? answer.object, &clusters)
                for (set, probabilities) in answer.probabilities {
                    let values = names.map { probabilities[$0] ?? 0 }
                    let said = values.indices.max { values[$0] < values[$1] }
                    verdicts[set, default: []].append(
                        Verdict(
                            object: object,
                            cluster: cluster,
                            label: label,
                            probabilities: values,
                            isRight: said == label
                        )
                    )
                }
            }
            let repetition = Repeat(seed: cell.seed, draw: cell.draw)
            for (set, verdicts) in verdicts {
                parts[Key(setting: setting, set: set), default: []].append(
                    Part(repetition: repetition, fold: cell.fold, verdicts: verdicts)
                )
            }
        }
        (classes, self.settings) = (names, settings)
        self.parts = parts.mapValues { Self.corrected($0, classes: names.count) }
    }

    /// Groups of objects where a study has no folds; objects of one cluster are in one of them.
    static let groups = 5

    /// The same verdicts with those of corrected answers: the objects of each fold by the labels of the others, those of a study
    /// without folds in as many groups.
    private static func corrected(_ parts: [Part], classes: Int) -> [Part] {
        func group(_ part: Part, _ verdict: Verdict) -> Int { part.fold ?? verdict.cluster % groups }
        let all = parts.flatMap { part in part.verdicts.map { (group: group(part, $0), verdict: $0) } }
        let corrections = Dictionary(
            uniqueKeysWithValues: Set(all.map(\.group)).map { tested in
                let others = all.filter { $0.group != tested }.map { ($0.verdict.label, $0.verdict.probabilities) }
                return (tested, PriorCorrection(fittedTo: others, classes: classes))
            }
        )
        return parts.map { part in
            var part = part
            for (place, verdict) in part.verdicts.enumerated() {
                let said = corrections[group(part, verdict)]?.choice(verdict.probabilities)
                part.verdicts[place].isRightCorrected = said == verdict.label
            }
            return part
        }
    }

    private func parts(_ setting: StudyTables.Setting, _ set: ModalitySet) -> [Part] {
        parts[Key(setting: setting, set: set)] ?? []
    }

    /// The objects that have an answer to a set.
    func objects(_ setting: StudyTables.Setting, _ set: ModalitySet) -> Set<Int> {
        Set(parts(setting, set).flatMap { $0.verdicts.map(\.object) })
    }

    func row(_ setting: StudyTables.Setting, _ set: ModalitySet) -> StudyTables.Row {
        let parts = parts(setting, set)
        let pooled = Self.pooled(parts)
        var recall: [String: Double] = [:]
        for (place, name) in classes.enumerated() {
            let values = pooled.compactMap { Self.recalls($0)[place] }
            if !values.isEmpty { recall[name] = values.reduce(0, +) / Double(values.count) }
        }
        return StudyTables.Row(
            setting: setting,
            modalities: set,
            objects: objects(setting, set).count,
            repeats: pooled.count,
            accuracy: StudyTables.Spread(pooled.map { Self.share($0) }),
            balancedAccuracy: StudyTables.Spread(pooled.map { Self.balanced($0) }),
            correctedBalancedAccuracy: StudyTables.Spread(pooled.map { Self.balanced($0, \.isRightCorrected) }),
            foldDeviation: Self.foldDeviation(parts),
            recall: recall
        )
    }

    func addition(
        _ setting: StudyTables.Setting,
        _ before: ModalitySet,
        _ after: ModalitySet
    ) -> StudyTables.Addition {
        let objects = objects(setting, after).intersection(objects(setting, before))
        func picked(_ set: ModalitySet) -> [Part] {
            parts(setting, set).map { part in
                var part = part
                part.verdicts.removeAll { !objects.contains($0.object) }
                return part
            }
        }
        let smaller = picked(before)
        let values = Self.pooled(smaller).map { Self.balanced($0) }
        return StudyTables.Addition(
            setting: setting,
            before: before,
            after: after,
            objects: objects.count,
            balancedBefore: StudyTables.Spread(values).mean,
            balancedAfter: StudyTables.Spread(Self.pooled(picked(after)).map { Self.balanced($0) }).mean,
            deviation: Self.foldDeviation(smaller) ?? StudyTables.Spread(values).deviation
        )
    }

    /// nil where no object has answers of both.
    func gain(
        _ first: StudyTables.Setting,
        _ second: StudyTables.Setting,
        _ set: ModalitySet,
        samples: Int
    ) -> StudyTables.Gain? {
        let (left, right) = (Self.means(parts(first, set)), Self.means(parts(second, set)))
        let both = left.sorted { $0.key < $1.key }.compactMap { object, value in right[object].map { (value, $0) } }
        guard !both.isEmpty else { return nil }
        func change(
            _ share: KeyPath<Mean, Double>,
            isBalanced: Bool = true,
            _ figure: ([Verdict]) -> Double
        ) -> StudyTables.Gain.Change {
            let entries = both.map { left, right in
                PairedBootstrap.Entry(
                    cluster: left.cluster,
                    // Of one class all objects count alike.
                    label: isBalanced ? left.label : 0,
                    first: left[keyPath: share],
                    second: right[keyPath: share]
                )
            }
            let bootstrap = PairedBootstrap(entries, samples: samples, seed: 1)
            let values = [first, second].map { StudyTables.Spread(Self.pooled(parts($0, set)).map(figure)).mean }
            return .init(
                without: values[0],
                with: values[1],
                difference: bootstrap.difference,
                interval: bootstrap.interval
            )
        }
        return StudyTables.Gain(
            variant: first.variant,
            fraction: first.fraction,
            modalities: set,
            objects: both.count,
            balancedAccuracy: change(\.right) { Self.balanced($0) },
            accuracy: change(\.right, isBalanced: false) { Self.share($0) },
            correctedBalancedAccuracy: change(\.rightCorrected) { Self.balanced($0, \.isRightCorrected) }
        )
    }

    /// The verdicts of each repeat, its folds together.
    private static func pooled(_ parts: [Part]) -> [[Verdict]] {
        var (order, found) = ([Repeat](), [Repeat: [Verdict]]())
        for part in parts {
            if found[part.repetition] == nil { order.append(part.repetition) }
            found[part.repetition, default: []] += part.verdicts
        }
        return order.compactMap { found[$0] }
    }

    /// An object with the shares of its answers that are right.
    private struct Mean {
        var cluster: Int
        var label: Int
        var right: Double
        var rightCorrected: Double
    }

    private static func means(_ parts: [Part]) -> [Int: Mean] {
        var verdicts: [Int: [Verdict]] = [:]
        for part in parts { for verdict in part.verdicts { verdicts[verdict.object, default: []].append(verdict) } }
        return verdicts.mapValues {
            Mean(
                cluster: $0[0].cluster,
                label: $0[0].label,
                right: share($0),
                rightCorrected: share($0, \.isRightCorrected)
            )
        }
    }

    private static func foldDeviation(_ parts: [Part]) -> Double? {
        let folds = Dictionary(grouping: parts) { $0.fold ?? -1 }
        guard folds.count > 1 else { return nil }
        let means = folds.sorted { $0.key < $1.key }.map {
            StudyTables.Spread($0.value.map { balanced($0.verdicts) }).mean
        }
        return StudyTables.Spread(means).deviation
    }

    private static func share(_ verdicts: [Verdict], _ isRight: KeyPath<Verdict, Bool> = \.isRight) -> Double {
        let right = verdicts.count { $0[keyPath: isRight] }
        return verdicts.isEmpty ? 0 : Double(right) / Double(verdicts.count)
    }

    /// By class, of those that occur.
    private static func recalls(
        _ verdicts: [Verdict],
        _ isRight: KeyPath<Verdict, Bool> = \.isRight
    ) -> [Int: Double] {
        Dictionary(grouping: verdicts, by: \.label).mapValues { share($0, isRight) }
    }

    private static func balanced(_ verdicts: [Verdict], _ isRight: KeyPath<Verdict, Bool> = \.isRight) -> Double {
        // In the order of the classes: sums must not depend on how a dictionary lies in memory.
        let recalls = recalls(verdicts, isRight).sorted { $0.key < $1.key }.map(\.value)
        return recalls.isEmpty ? 0 : recalls.reduce(0, +) / Double(recalls.count)
    }
}
