internal import Plots
internal import Sky

/// How good answers are that rest on less: light curves that are cut, modalities that are hidden.
extension ReportPage {
    var earlySection: Markup? {
        guard report.byPoints.contains(where: { $0.all.first.count > 0 }) else { return nil }
        return PageParts.section(
            "early",
            "Early answers",
            [
                PageParts.figure(
                    "points",
                    panels(report.byPoints, "detections shown (number)", farthest: 64),
                    "Light curves cut after their first detections, \"all\" whole. Full lines: with whatever else the object "
                        + "has; dashed: the light curve alone. Bands are one standard deviation. Good is a steep rise at the left "
                        + "and no fall at the right. Features that derive from the light curve are hidden where it is cut; a "
                        + "spectrum is shown at every cut, though in life it comes later: read the dashed lines for the first days."
                ),
                PageParts.figure(
                    "days",
                    panels(report.byDays, "days since the first detection (d)", farthest: 270),
                    "The same, cut at the last detection within so many days of the first. For objects that vary for ever the "
                        + "first detection is where the data begin."
                ),
                PageParts.details(
                    "As tables",
                    [
                        table("points-table", "detections", report.byPoints),
                        table("days-table", "days", report.byDays),
                    ]
                ),
            ]
        )
    }

    private func panels(
        _ rows: [EvaluationReport.Early],
        _ axis: String,
        farthest: Double
    ) -> [(title: String, plot: Markup)] {
        typealias Figures = EvaluationReport.Figures
        func panel(_ title: String, _ level: (Figures) -> Scores.Level) -> (title: String, plot: Markup) {
            let ticks = rows.map { row in
                Axis.Tick(row.limit.map(Double.init) ?? farthest, row.limit.map { "\($0)" } ?? "all")
            }
            var plot = Plot(
                "\(title): accuracy and balanced accuracy against \(axis)",
                x: .logarithmic(axis, ticks),
                y: .linear("share right", 0...1)
            )
            func add(_ name: String, _ colour: Int, alone: Bool, _ value: (Scores.Level) -> (Double, Double)) {
                let points = zip(rows, ticks).map { row, tick in
                    let (share, error) = value(level(alone ? row.alone : row.all))
                    return Plot.Point(
                        tick.value,
                        share,
                        interval: PageParts.around(share, error),
                        hint: "\(tick.text): \(PageParts.figure(share, error))"
                    )
                }
                plot.addLine(points, Plot.Series(name, colour: colour, isDashed: alone))
            }
            add("accuracy", 1, alone: false) { ($0.accuracy, $0.accuracyError) }
            add("balanced", 2, alone: false) { ($0.balancedAccuracy, $0.balancedError) }
            add("accuracy, light curve alone", 1, alone: true) { ($0.accuracy, $0.accuracyError) }
            add("balanced, light curve alone", 2, alone: true) { ($0.balancedAccuracy, $0.balancedError) }
            return (title, plot.markup)
        }
        return [
            panel("First level") { $0.first }, panel("Deepest labelled nodes") { $0.deepest },
        ]
    }

    private func table(_ name: String, _ unit: String, _ rows: [EvaluationReport.Early]) -> Markup {
        PageParts.table(
            name,
            [
                unit, "cut", "accuracy", "balanced", "ECE", "if perfect", "decided", "wrong of these", "95 %",
                "accuracy, light curve alone", "balanced, light curve alone", "deepest accuracy", "deepest balanced",
            ],
            rows.map { row in
                let (level, decided) = (row.all.first, row.all.decided)
                return [
                    row.limit.map { "\($0)" } ?? "all", "\(row.shortened)",
                    PageParts.figure(level.accuracy, level.accuracyError),
                    PageParts.figure(level.balancedAccuracy, level.balancedError), level.calibrationError.fixed(3),
                    level.calibrationErrorExpected.fixed(3), PageParts.percent(decided.coverage),
                    decided.decided > 0 ? PageParts.percent(decided.risk) : "–",
                    "\(PageParts.percent(decided.interval.low)) to \(PageParts.percent(decided.interval.high))",
                    PageParts.figure(row.alone.first.accuracy, row.alone.first.accuracyError),
                    PageParts.figure(row.alone.first.balancedAccuracy, row.alone.first.balancedError),
                    PageParts.figure(row.all.deepest.accuracy, row.all.deepest.accuracyError),
                    PageParts.figure(row.all.deepest.balancedAccuracy, row.all.deepest.balancedError),
                ]
            },
            "First level unless it says deepest; \(rows.last?.all.first.count ?? 0) objects with a light curve. Cut: how many of "
                + "these have more and are shortened. ECE: calibration error, and what a perfectly calibrated model would show on "
                + "so many objects. Decided, wrong: by the model's own gate; the 95 % interval should hold the target of 5 % or "
                + "lie below it."
        )
    }

    var modalitySection: Markup {
        let rows = report.modalities
        let names = rows.map { Self.short($0.set) }
        func panel(_ title: String, _ level: (EvaluationReport.Figures) -> Scores.Level) -> (
            title: String, plot: Markup
        ) {
            var plot = Plot(
                "\(title): balanced accuracy by modalities",
                x: .linear("balanced accuracy", 0...1),
                y: .names("", names)
            )
            func points(
                beside shift: Double,
                _ figures: (EvaluationReport.Modality) -> EvaluationReport.Figures?
            ) -> [Plot.Point] {
                rows.enumerated().compactMap { place, row in
                    guard let found = figures(row).map(level), found.count > 0 else { return nil }
                    return Plot.Point(
                        found.balancedAccuracy,
                        Double(place) + shift,
                        interval: PageParts.around(found.balancedAccuracy, found.balancedError),
                        hint: "\(row.set): \(PageParts.figure(found.balancedAccuracy, found.balancedError)), "
                            + "\(found.count) objects"
                    )
                }
            }
            plot.addPoints(
                points(beside: -0.16) { $0.having },
                Plot.Series("all objects that have these", colour: 1, isDashed: true)
            )
            plot.addPoints(points(beside: 0.16) { $0.common }, Plot.Series("objects that have all three", colour: 2))
            return (title, plot.markup)
        }
        func cells(_ level: Scores.Level?) -> [String] {
            guard let level, level.count > 0 else { return ["–", "–", "–"] }
            return [
                "\(level.count)", PageParts.figure(level.accuracy, level.accuracyError),
                PageParts.figure(level.balancedAccuracy, level.balancedError),
            ]
        }
        let figures = ["n", "accuracy", "balanced"]
        return PageParts.section(
            "modalities",
            "Sets of modalities",
            [
                PageParts.figure(
                    "modality-plot",
                    [panel("First level") { $0.first }, panel("Deepest labelled nodes") { $0.deepest }],
                    "LC light curve, SP spectrum, MD metadata; what is not named is hidden from the same model. Only the full "
                        + "marks compare like with like: the same objects under every set. Good is that a modality more never moves "
                        + "a full mark to the left by more than its bar (one standard deviation). The hollow marks are over "
                        + "different objects each, and the classes that these have."
                ),
                PageParts.details(
                    "As tables",
                    [
                        PageParts.table(
                            "modality-first",
                            ["modalities"] + figures + figures.map { "\($0), all three" },
                            rows.map { [$0.set.description] + cells($0.having.first) + cells($0.common?.first) },
                            "First level. Left: all objects that have these. Right: those that have all three."
                        ),
                        PageParts.table(
                            "modality-deepest",
                            ["modalities"] + figures + figures.map { "\($0), all three" },
                            rows.map { [$0.set.description] + cells($0.having.deepest) + cells($0.common?.deepest) },
                            "Deepest labelled nodes."
                        ),
                    ]
                ),
            ]
        )
    }

    /// `LC + MD`
    private static func short(_ set: ModalitySet) -> String {
        [(ModalitySet.photometry, "LC"), (.spectrum, "SP"), (.metadata, "MD")].filter { set.contains($0.0) }.map(\.1)
            .joined(separator: " + ")
    }
}
