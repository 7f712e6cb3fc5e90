internal import AstroM3
package import DataSets
internal import Plots
internal import Sky

/// Everything that the report of an evaluation shows, as values: the page and `report.json` are made from this and nothing else.
package struct EvaluationReport: Sendable {
    /// Figures at the first level and of the deepest labelled nodes, over the classes of the whole set.
    struct Figures: Sendable {
        var first: Scores.Level
        var deepest: Scores.Level
        /// What the model decides at the first level.
        var decided: Decisions.Branch
    }

    /// Answers to light curves that are cut.
    struct Early: Sendable {
        /// Detections, or days since the first; nil: the whole light curve.
        var limit: Int?
        /// Objects whose light curve the cut makes shorter.
        var shortened: Int
        /// With whatever else each object has.
        var all: Figures
        /// With nothing beside the light curve.
        var alone: Figures
    }

    struct Modality: Sendable {
        var set: ModalitySet
        /// Objects that have these, and maybe more, which are hidden.
        var having: Figures
        /// Those objects alone that have all three; nil where there are none.
        var common: Figures?
    }

    /// Objects with one value in a column of `objects.csv`.
    struct Source: Sendable {
        var name: String
        var figures: Figures
    }

    /// What is shown of one level of the tree.
    struct LevelDetail: Sendable {
        var classes: LabelLevel
        var figures: Scores.Level
        var reliability: Reliability
        var risk: RiskCoverage
        /// Of the plain maximum of the softmax.
        var plainRisk: RiskCoverage
    }

    let evaluation: Evaluation
    let scores: Scores
    let tested: EvaluatedObjects
    let levels: [LevelDetail]
    let byPoints: [Early]
    let byDays: [Early]
    let modalities: [Modality]
    let sources: [(column: String, rows: [Source])]
    let decisions: Decisions
    let embeddings: EmbeddingScores
    /// How to make the report again.
    let command: String
    /// What was measured beside it.
    let beside: BesideEvaluation?

    var first: LevelDetail { levels[0] }
    var deepest: LevelDetail { levels[levels.count - 1] }

    /// Answers all that is asked of the tested objects.
    ///
    /// - Parameters:
    ///   - command: as it was typed, for the page.
    ///   - beside: what else the page shows.
    ///   - onStep: told what is being done.
    /// - Returns: nil where no object can be answered.
    package init?(
        _ evaluation: Evaluation,
        split: DataSetObject.Split,
        fold: Int?,
        threads: Int,
        command: String,
        beside: BesideEvaluation? = nil,
        onStep: (String) -> Void = { _ in }
    ) {
        let sets = ModalitySet.allSubsets
        let cuts =
            EvaluationLook.points.map { EvaluationLook.Cut.detections($0) }
            + EvaluationLook.days.map { .days(Double($0)) }
        let looks =
            [EvaluationLook()] + cuts.map { EvaluationLook(cut: $0) }
            + cuts.map { EvaluationLook(cut: $0, modalities: .photometry) }
            + sets.map { EvaluationLook(modalities: $0) }
        onStep("\(evaluation.tested.objects.count) objects in \(looks.count) looks")
        let found = evaluation.scores(of: looks, threads: threads)
        let whole = found[0]
        guard !whole.answers.isEmpty else { return nil }
        onStep("embeddings of the training objects")
        embeddings = evaluation.embeddingScores(split: split, fold: fold, threads: threads)
        onStep("figures")
        let (rule, taxonomy) = (evaluation.decision, evaluation.model.taxonomy)
        let classes = (first: evaluation.labels.firstLevelOfChoice.among(whole.answers), deepest: whole.deepest)
        func figures(_ scores: Scores) -> Figures {
            Figures(
                first: scores.level(classes.first),
                deepest: scores.level(classes.deepest),
                decided: Decisions(scores, rule, taxonomy).firstLevel
            )
        }
        let alone = found[1 + 2 * cuts.count + (sets.firstIndex(of: .photometry) ?? 0)]
        func early(_ cut: Int?, _ limit: Int?) -> Early {
            Self.early(
                limit,
                whole,
                cut.map { found[1 + $0] } ?? whole,
                cut.map { found[1 + cuts.count + $0] } ?? alone,
                figures
            )
        }
        let (points, days) = (EvaluationLook.points, EvaluationLook.days)
        byPoints = points.indices.map { early($0, points[$0]) } + [early(nil, nil)]
        byDays = days.indices.map { early(points.count + $0, days[$0]) } + [early(nil, nil)]
        modalities = Self.modalities(sets, Array(found[(1 + 2 * cuts.count)...]), figures)
        self.evaluation = evaluation
        self.command = command
        self.beside = beside
        scores = whole
        tested = evaluation.tested(whole)
        levels = whole.levels.map { Self.detail($0, whole) }
        decisions = Decisions(whole, rule, taxonomy)
        sources = Self.sources(whole, evaluation.data, figures)
    }

    /// In a line.
    package var summary: String {
        let (first, deepest) = (first.figures, deepest.figures)
        return "\(scores.answers.count) objects; first level \(first.accuracy.fixed(3)) right, balanced "
            + "\(first.balancedAccuracy.fixed(3)); deepest labelled nodes \(deepest.accuracy.fixed(3)), balanced "
            + deepest.balancedAccuracy.fixed(3)
    }

    private static func detail(_ classes: LabelLevel, _ scores: Scores) -> LevelDetail {
        let judged = scores.judged(classes).map { (confidence: $0.confidence, isRight: $0.isRight) }
        return LevelDetail(
            classes: classes,
            figures: scores.level(classes),
            reliability: Reliability(judged),
            risk: RiskCoverage(judged),
            plainRisk: RiskCoverage(scores.plainlyJudged(classes))
        )
    }

    private static func early(
        _ limit: Int?,
        _ whole: Scores,
        _ cut: Scores,
        _ alone: Scores,
        _ figures: (Scores) -> Figures
    ) -> Early {
        let curves = whole.answers.filter { $0.has(.photometry) }
        let before = Dictionary(uniqueKeysWithValues: curves.map { ($0.object, $0) })
        let kept = cut.picked { before[$0.object] != nil }
        return Early(
            limit: limit,
            shortened: kept.answers.count { before[$0.object] != $0 },
            all: figures(kept),
            alone: figures(alone)
        )
    }

    private static func modalities(
        _ sets: [ModalitySet],
        _ found: [Scores],
        _ figures: (Scores) -> Figures
    ) -> [Modality] {
        let name = ModalitySet([.photometry, .spectrum, .metadata]).description
        let complete = Set(found.flatMap(\.answers).filter { $0.modalities == name }.map(\.object))
        return zip(sets, found).compactMap { set, scores in
            let having = scores.picked { $0.modalities == set.description }
            guard !having.answers.isEmpty else { return nil }
            let common = having.picked { complete.contains($0.object) }
            return Modality(
                set: set,
                having: figures(having),
                common: common.answers.isEmpty ? nil : figures(common)
            )
        }
    }

    /// Columns with more values than these say nothing at a glance.
    private static let mostSources = 40

    /// Tables by the columns that part the objects; of columns that part them alike the first.
    static func sources(
        _ scores: Scores,
        _ data: DataSet,
        _ figures: (Scores) -> Figures
    ) -> [(column: String, rows: [Source])] {
        let columns: [(String, (DataSetObject) -> String)] = [
            ("folder", { $0.folder }), ("survey", { $0.survey }), ("source", { $0.source }),
        ]
        var seen: Set<Set<Set<Int>>> = []
        return columns.compactMap { column, value in
            let groups = Dictionary(grouping: scores.answers) { value(data.objects[$0.object]) }
            let parts = Set(groups.values.map { answers in Set(answers.map(\.object)) })
            guard (2...mostSources).contains(groups.count), seen.insert(parts).inserted else { return nil }
            let sorted = groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            return (
                column,
                sorted.map { name, answers in
                    Source(name: name.isEmpty ? "(empty)" : name, figures: figures(Scores(scores.labels, answers)))
                }
            )
        }
    }
}

extension Scores.Answer {
    /// Whether it rests on a modality.
    func has(_ modality: ModalitySet) -> Bool { ModalitySet(name: modalities)?.contains(modality) ?? false }
}
