internal import Ground
internal import AstroM3
internal import DataSets
internal import Plots
internal import Sky

/// The report of an evaluation as a page: HTML with all that it needs in it, no script, light and dark, and well-formed XML.
package struct ReportPage: Sendable {
    let report: EvaluationReport

    package init(_ report: EvaluationReport) { self.report = report }

    /// The page.
    package var html: String {
        let title = "\(report.evaluation.model.manifest.name) on \(report.evaluation.data.description.name)"
        let head = Markup(
            "head",
            [:],
            [
                Markup("meta", ["charset": "utf-8"]),
                Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                Markup("title", [:], [.text(title)]), Markup("style", [:], [.text(PageStyle.css)]),
            ]
        )
        let sections = [
            setSection, confusionSection, classSection, earlySection, modalitySection, calibrationSection,
            decisionSection, sourceSection, nuisanceSection, embeddingSection, labelSection, methodSection,
        ].compactMap { $0 }
        let body = Markup("body", [:], [Markup("main", [:], heading + shares + [tiles] + sections)])
        return "<!DOCTYPE html>\n"
            + Markup("html", ["xmlns": "http://www.w3.org/1999/xhtml", "lang": "en"], [head, body]).serialised + "\n"
    }

    private var heading: [Markup] {
        let manifest = report.evaluation.model.manifest
        let data = report.evaluation.data.description
        return [
            Markup("h1", [:], [.text("\(manifest.name) \(manifest.version) on \(data.name), \(report.tested.name)")]),
            Markup(
                "p",
                ["class": "lead"],
                [
                    .text(
                        "Model \(manifest.name) \(manifest.fullVersion), \(manifest.taxonomy.classes.count) classes in "
                            + "\((report.scores.labels.depths.max() ?? 0) + 1) levels. \(data.description)"
                    )
                ]
            ),
        ]
    }

    /// For which stream the model answers, and whether it was asked so.
    private var shares: [Markup] {
        guard let shares = report.evaluation.shares else { return [] }
        return [PageParts.paragraph(shares.sentence.capitalisedFirst + ".")]
    }

    private var tiles: Markup {
        func tile(_ title: String, _ value: String, _ words: String) -> Markup {
            Markup(
                "div",
                ["class": "tile"],
                [
                    Markup("span", [:], [.text(title)]), Markup("b", [:], [.text(value)]),
                    Markup("span", [:], [.text(words)]),
                ]
            )
        }
        let (first, deepest) = (report.first.figures, report.deepest.figures)
        let decided = report.decisions.firstLevel
        return Markup(
            "div",
            ["class": "tiles"],
            [
                tile(
                    "First level, \(first.names.count) classes",
                    PageParts.figure(first.accuracy, first.accuracyError),
                    "right; balanced \(PageParts.figure(first.balancedAccuracy, first.balancedError))"
                ),
                tile(
                    "Deepest labelled nodes, \(deepest.names.count) classes",
                    PageParts.figure(deepest.accuracy, deepest.accuracyError),
                    "right; balanced \(PageParts.figure(deepest.balancedAccuracy, deepest.balancedError))"
                ),
                tile(
                    "Decided at the first level",
                    PageParts.percent(decided.coverage),
                    "of the objects, \(PageParts.percent(decided.risk)) of these wrong "
                        + "(\(PageParts.percent(decided.interval.low)) to \(PageParts.percent(decided.interval.high)))"
                ),
                tile(
                    "Calibration error, first level",
                    first.calibrationError.fixed(3),
                    "a perfectly calibrated model: \(first.calibrationErrorExpected.fixed(3))"
                ),
            ]
        )
    }

    // MARK: What was tested

    private var setSection: Markup {
        let scores = report.scores
        var counts: [Int: (all: Int, curve: Int, spectrum: Int, metadata: Int)] = [:]
        for answer in scores.answers {
            var count = counts[answer.label] ?? (0, 0, 0, 0)
            count.all += 1
            count.curve += answer.has(.photometry) ? 1 : 0
            count.spectrum += answer.has(.spectrum) ? 1 : 0
            count.metadata += answer.has(.metadata) ? 1 : 0
            counts[answer.label] = count
        }
        let rows = counts.sorted { $0.key < $1.key }.map { label, count in
            [
                scores.labels.names[label], "\(count.all)", "\(count.curve)", "\(count.spectrum)", "\(count.metadata)",
            ]
        }
        let left = EvaluatedObjects.Reason.allCases.compactMap { reason in
            report.tested.leftOut[reason].map { Markup("li", [:], [.text("\($0): \(reason.words)")]) }
        }
        let omitted: [Markup] =
            left.isEmpty
            ? [PageParts.paragraph("No object of \(report.tested.name) is left out.")]
            : [PageParts.paragraph("Objects of \(report.tested.name) that are left out:"), Markup("ul", [:], left)]
        return PageParts.section(
            "set",
            "What was tested",
            [
                PageParts.paragraph(
                    "\(scores.answers.count) labelled objects of \(report.evaluation.data.description.name), "
                        + "\(report.tested.name). Figures count only if the model was not trained on them. Each object is shown "
                        + "whole unless a figure says otherwise: its light curve up to the last detection, its spectrum and its "
                        + "metadata, as far as it has them."
                )
            ] + omitted + [
                PageParts.details(
                    "Objects by label",
                    [
                        PageParts.table(
                            "labels",
                            ["label", "objects", "light curve", "spectrum", "metadata"],
                            rows,
                            "Labels as nodes of the taxonomy, and how many of the objects have what the model can use."
                        )
                    ]
                )
            ]
        )
    }

    // MARK: Confusion and classes

    private var confusionSection: Markup {
        PageParts.section(
            "confusion",
            "Confusion, level by level",
            [
                PageParts.paragraph(
                    "Rows are true classes, columns the most probable class of the level; numbers are per cent of the row. Good "
                        + "is a full diagonal. A column with colour off the diagonal is a class that the model says too readily. "
                        + "The number of objects ends each row: of few, a large share says little. Objects whose label stands "
                        + "above a level are left out of it. A class of a level has the sum of the probabilities below it: many "
                        + "unlikely kinds can outweigh one likely class, so that levels need not agree."
                )
            ]
                + report.levels.map { level in
                    PageParts.captioned(
                        HeatTable(
                            names: level.figures.names,
                            counts: level.figures.confusion,
                            title: "Confusion matrix, \(level.classes.name)"
                        ).markup,
                        "\(level.classes.name.capitalisedFirst): \(level.figures.count) objects, accuracy "
                            + PageParts.figure(level.figures.accuracy, level.figures.accuracyError) + ", balanced "
                            + PageParts.figure(level.figures.balancedAccuracy, level.figures.balancedError)
                    )
                }
        )
    }

    private var classSection: Markup {
        let level = report.deepest.figures
        let names = level.names
        var plot = Plot(
            "Recall and precision of each deepest labelled node",
            x: .linear("share (0 to 1)", 0...1),
            y: .names("", names),
            width: 560
        )
        /// Of a share of so many: nothing, where there are none.
        func points(_ total: (Int) -> Int, beside shift: Double, _ word: String) -> [Plot.Point] {
            names.indices.filter { total($0) > 0 }.map { place in
                let (hits, total) = (level.confusion[place][place], total(place))
                return Plot.Point(
                    Double(hits) / Double(total),
                    Double(place) + shift,
                    interval: ShareInterval(hits, of: total).range,
                    hint: "\(names[place]): \(word) of \(hits) of \(total)"
                )
            }
        }
        plot.addPoints(
            points({ level.confusion[$0].reduce(0, +) }, beside: -0.16, "recall"),
            Plot.Series("recall", colour: 1)
        )
        plot.addPoints(
            points({ column in level.confusion.reduce(0) { $0 + $1[column] } }, beside: 0.16, "precision"),
            Plot.Series("precision", colour: 2, isDashed: true)
        )
        return PageParts.section(
            "classes",
            "Precision and recall of each class",
            [
                PageParts.figure(
                    "class-plot",
                    [("", plot.markup)],
                    "Recall: how many of a class are found. Precision: how many of what is called so are. Bars are 95 % intervals "
                        + "of the counts; a class that is never said has no precision. Good is far right for both; recall far above precision is a class that the model says "
                        + "too readily. Precision holds for the mix of classes of this set: the sky's own mix differs."
                ),
                PageParts.details(
                    "As tables, at every level",
                    report.levels.map { level in
                        PageParts.table(
                            "classes-\(level.classes.name.replacing(" ", with: "-"))",
                            ["class", "objects", "recall", "precision", "F1"],
                            level.figures.names.map { name in
                                let (recall, precision) = (level.figures.recall[name], level.figures.precision[name])
                                let (r, p) = (recall ?? 0, precision ?? 0)
                                return [
                                    name, "\(level.figures.counts[name] ?? 0)", (recall ?? .nan).fixed(3),
                                    (precision ?? .nan).fixed(3), (r + p > 0 ? 2 * r * p / (r + p) : 0).fixed(3),
                                ]
                            },
                            "\(level.classes.name.capitalisedFirst); macro-F1 \(level.figures.macroF1.fixed(3))"
                        )
                    }
                ),
            ]
        )
    }
}

extension String {
    /// With its first letter large.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
