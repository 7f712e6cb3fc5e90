internal import Plots

/// What was measured beside this model (`BesideEvaluation`): labels and pre-training, and what the survey gives away.
extension ReportPage {
    /// Accuracy against the part of the labels, a panel a set of modalities.
    var labelSection: Markup? {
        guard let labels = report.beside?.labels else { return nil }
        let sets = Self.inOrder(labels.curves.map(\.modalities))
        let variants = Self.inOrder(labels.curves.map(\.variant))
        func panel(_ set: String) -> (title: String, plot: Markup) {
            let curves = labels.curves.filter { $0.modalities == set }
            let shares = Set(curves.flatMap { $0.points.map(\.share) }).sorted()
            var plot = Plot(
                "Balanced accuracy against the part of the labels, \(set)",
                x: .logarithmic("part of the labels", shares.map { Axis.Tick($0, LabelShare.percentage($0)) }),
                y: .linear("balanced accuracy", 0...1)
            )
            for curve in curves {
                let points = curve.points.map { point in
                    Plot.Point(
                        point.share,
                        point.balancedAccuracy,
                        interval: point.deviation.map { PageParts.around(point.balancedAccuracy, $0) },
                        hint: "\(curve.variant), \(LabelShare.percentage(point.share)): "
                            + PageParts.figure(point.balancedAccuracy, point.deviation ?? 0)
                    )
                }
                let colour = 1 + (variants.firstIndex(of: curve.variant) ?? 0) % 6
                let start = curve.isPretrained ? "pre-trained" : "not pre-trained"
                plot.addLine(
                    points,
                    Plot.Series("\(curve.variant), \(start)", colour: colour, isDashed: !curve.isPretrained)
                )
            }
            return (set, plot.markup)
        }
        return PageParts.section(
            "labels",
            "What labels and pre-training are worth",
            [
                PageParts.figure(
                    "label-plot",
                    sets.map(panel),
                    "The study \(labels.study): models trained on part of the labels, with and without contrastive pre-training, each tested "
                        + "on objects that it has not seen. These are other models than the one that this page is of. Bands are the "
                        + "deviation between folds, or between repeats where a study has no folds. Pre-training helps where the full line lies above the "
                        + "dashed one by more than that, most of all at the left."
                ),
                PageParts.details(
                    "As a table",
                    [
                        PageParts.table(
                            "label-table",
                            ["variant", "modalities", "start", "labels", "balanced", "deviation"],
                            labels.curves.flatMap { curve in
                                curve.points.map { point in
                                    [
                                        curve.variant, curve.modalities,
                                        curve.isPretrained ? "pre-trained" : "none",
                                        LabelShare.percentage(point.share), point.balancedAccuracy.fixed(3),
                                        point.deviation?.fixed(3) ?? "–",
                                    ]
                                }
                            },
                            "Balanced accuracy over the classes of the study."
                        )
                    ]
                ),
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
