internal import Plots

/// What was measured beside this model (`BesideEvaluation`): labels and pre-training, and what the survey gives away.
extension ReportPage {
    /// Accuracy against the part of the labels, two panels a set of modalities, and what pre-training changes.
    var labelSection: Markup? {
        guard let labels = report.beside?.labels else { return nil }
        let sets = Self.inOrder(labels.curves.map(\.modalities))
        return PageParts.section(
            "labels",
            "What labels and pre-training are worth",
            [
                PageParts.figure(
                    "label-plot",
                    sets.flatMap { set in [false, true].map { Self.panel(labels, set, isBalanced: $0) } },
                    "The study \(labels.study): models trained on part of the labels, with and without contrastive pre-training, each tested "
                        + "on objects that it has not seen. These are other models than the one that this page is of. Bands of balanced "
                        + "accuracy are the deviation between folds, or between repeats where a study has no folds; those of accuracy "
                        + "between repeats. Pre-training helps where the full line lies above the dashed one, most of all at the left."
                )
            ] + Self.gains(of: labels) + [Self.table(labels)]
        )
    }

    /// What pre-training changes, as far as the tables tell it.
    private static func gains(of labels: LabelCurves) -> [Markup] {
        var parts = labels.gains.isEmpty ? [] : [gains(labels.gains)]
        if labels.olderGains > 0 {
            let words =
                "What pre-training changes is not shown: tables.json was made by an earlier version, whose differences told of balanced "
                + "accuracy alone. trifid study --resume writes it anew from the answers that are there."
            parts.append(PageParts.paragraph(words))
        }
        return parts
    }

    private static func panel(_ labels: LabelCurves, _ set: String, isBalanced: Bool) -> (title: String, plot: Markup) {
        let what = isBalanced ? "balanced accuracy" : "accuracy"
        let curves = labels.curves.filter { $0.modalities == set }
        let variants = inOrder(labels.curves.map(\.variant))
        let shares = Set(curves.flatMap { $0.points.map(\.share) }).sorted()
        var plot = Plot(
            "\(isBalanced ? "Balanced accuracy" : "Accuracy") against the part of the labels, \(set)",
            x: .logarithmic("part of the labels", shares.map { Axis.Tick($0, LabelShare.percentage($0)) }),
            y: .linear(what, 0...1)
        )
        for curve in curves {
            let points = curve.points.map { point in
                let value = isBalanced ? point.balancedAccuracy : point.accuracy
                let deviation = isBalanced ? point.deviation : point.accuracyDeviation
                return Plot.Point(
                    point.share,
                    value,
                    interval: deviation.map { PageParts.around(value, $0) },
                    hint: "\(curve.variant), \(LabelShare.percentage(point.share)): "
                        + PageParts.figure(value, deviation ?? 0)
                )
            }
            let colour = 1 + (variants.firstIndex(of: curve.variant) ?? 0) % 6
            let start = curve.isPretrained ? "pre-trained" : "not pre-trained"
            plot.addLine(
                points,
                Plot.Series("\(curve.variant), \(start)", colour: colour, isDashed: !curve.isPretrained)
            )
        }
        return ("\(set), \(what)", plot.markup)
    }

    /// The differences with their intervals, which curves do not show.
    private static func gains(_ gains: [LabelCurves.Gain]) -> Markup {
        func text(_ change: LabelCurves.Gain.Change?) -> String {
            guard let change else { return "–" }
            let mark = change.low > 0 || change.high < 0 ? " *" : ""
            let sign = change.difference > 0 ? "+" : ""
            return "\(sign)\(change.difference.fixed(3)) (\(change.low.fixed(3)) to \(change.high.fixed(3)))\(mark)"
        }
        return PageParts.table(
            "gain-table",
            ["variant", "modalities", "labels", "objects", "accuracy", "balanced", "balanced, corrected"],
            gains.map { gain in
                [
                    gain.variant, gain.modalities, LabelShare.percentage(gain.share), "\(gain.objects)",
                    text(gain.accuracy), text(gain.balancedAccuracy), text(gain.corrected),
                ]
            },
            "What pre-training changes on the same objects, with 95 % intervals by a paired bootstrap over objects; * leaves out 0. A "
                + "model that has become surer of common classes gains accuracy and loses balanced accuracy: whether it knows more is "
                + "seen where both say rare classes as often as is best (corrected: for the objects of each fold as is best in the others, and in "
                + "a study without folds for each of five groups of objects)."
        )
    }

    private static func table(_ labels: LabelCurves) -> Markup {
        PageParts.details(
            "As a table",
            [
                PageParts.table(
                    "label-table",
                    ["variant", "modalities", "start", "labels", "accuracy", "balanced", "deviation"],
                    labels.curves.flatMap { curve in
                        curve.points.map { point in
                            [
                                curve.variant, curve.modalities, curve.isPretrained ? "pre-trained" : "none",
                                LabelShare.percentage(point.share), point.accuracy.fixed(3),
                                point.balancedAccuracy.fixed(3), point.deviation?.fixed(3) ?? "–",
                            ]
                        }
                    },
                    "Accuracy, and balanced accuracy with its deviation, over the classes of the study."
                )
            ]
        )
    }

    /// What can be told of the first level without looking at the object.
    var nuisanceSection: Markup? {
        guard let nuisance = report.beside?.nuisance else { return nil }
        var plot = Plot(
            "Balanced accuracy of the first level by what says nothing of the object",
            x: .linear("balanced accuracy", 0...1),
            y: .names("", nuisance.groups.map(\.name)),
            width: 560
        )
        plot.addPoints(
            nuisance.groups.enumerated().map { place, group in
                Plot.Point(
                    group.balancedAccuracy,
                    Double(place),
                    hint: "\(group.name): \(group.balancedAccuracy.fixed(3))"
                )
            },
            Plot.Series("", colour: 1)
        )
        plot.addReference(
            from: (nuisance.chance, 0),
            to: (nuisance.chance, Double(max(1, nuisance.groups.count - 1))),
            "chance"
        )
        return PageParts.section(
            "nuisance",
            "What the survey gives away",
            [
                PageParts.figure(
                    "nuisance-plot",
                    [("", plot.markup)],
                    "Boosted trees that see of \(nuisance.examples) examples (\(nuisance.objects) objects), drawn as training draws "
                        + "them, only how many points there are, when, in which bands, how bright, how noisy, and what is missing. "
                        + "Good is near chance, \(nuisance.chance.fixed(2)): the further right, the more of a class can be guessed "
                        + "from the survey that observed it, and the less the figures above say of other surveys. Part of it is the "
                        + "sky: a transient has no source in the reference image."
                ),
                PageParts.table(
                    "nuisance-table",
                    ["columns", "balanced"],
                    nuisance.groups.map { [$0.name, $0.balancedAccuracy.fixed(3)] },
                    "Balanced accuracy at the first level, five folds by object."
                ),
            ]
        )
    }

    private static func inOrder(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
