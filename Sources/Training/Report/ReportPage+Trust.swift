internal import AstroM3
internal import DataSets
internal import Plots
internal import Sky

/// How far answers can be trusted: calibration, sources, embeddings, and how all of it was made.
extension ReportPage {
    typealias Detail = EvaluationReport.LevelDetail

    /// One plot of the first level, and one of the deepest labelled nodes.
    func levelPanels(_ draw: (Detail) -> Markup) -> [(title: String, plot: Markup)] {
        [("First level", draw(report.first)), ("Deepest labelled nodes", draw(report.deepest))]
    }

    var calibrationSection: Markup {
        func draw(_ level: Detail) -> Markup {
            var plot = Plot(
                "Reliability diagram, \(level.classes.name)",
                x: .linear("confidence (probability of the answer)", 0...1),
                y: .linear("share right", 0...1)
            )
            plot.addReference(from: (0, 0), to: (1, 1))
            let points = level.reliability.bins.map { bin in
                Plot.Point(
                    bin.confidence,
                    bin.accuracy,
                    interval: ShareInterval(bin.right, of: bin.count).range,
                    hint: "confidence \(bin.confidence.fixed(3)): \(bin.right) of \(bin.count) right"
                )
            }
            plot.addPoints(points, Plot.Series("", colour: 1))
            return plot.markup
        }
        let rows = report.levels.map { level in
            [
                level.classes.name, "\(level.figures.count)", level.figures.calibrationError.fixed(4),
                level.figures.calibrationErrorExpected.fixed(4),
                (level.figures.calibrationError - level.figures.calibrationErrorExpected).fixed(4),
                level.figures.logLoss.fixed(3),
            ]
        }
        return PageParts.section(
            "calibration",
            "Calibration",
            [
                PageParts.figure(
                    "reliability",
                    levelPanels(draw),
                    "Answers in \(CalibrationError.bins) bins of equal numbers by the probability of what was answered; bars are "
                        + "95 % intervals of the counts. Good is on the dotted line: of answers given with 0.8, 80 % are right. Below "
                        + "the line the model is too sure, above it too modest."
                ),
                PageParts.table(
                    "ece",
                    ["level", "objects", "ECE", "if perfect", "difference", "log loss"],
                    rows,
                    "Expected calibration error over the same bins, and what a model whose confidences are exactly right would show "
                        + "on so many objects, which is not 0. Good is a difference of at most 0.01. Log loss in nats, smaller is "
                        + "better."
                ),
            ]
        )
    }

    var sourceSection: Markup? {
        guard !report.sources.isEmpty else { return nil }
        let tables = report.sources.map(sourceTable)
        return PageParts.section(
            "sources",
            "Where the data come from",
            [
                PageParts.paragraph(
                    "A model that tells the survey in place of the sky is good on one source of a class and bad on another. Read "
                        + "down a column: good is that a class is found equally well wherever it comes from. The source is never an "
                        + "input."
                ), tables[0],
            ] + (tables.count > 1 ? [PageParts.details("By other columns", Array(tables.dropFirst()))] : [])
        )
    }

    private func sourceTable(_ column: String, _ rows: [EvaluationReport.Source]) -> Markup {
        let classes = report.first.figures.names
        func cell(_ share: Double?, _ count: Int) -> String {
            share.map { count > 0 ? "\($0.fixed(2)) of \(count)" : "–" } ?? "–"
        }
        return PageParts.table(
            "source-\(column)",
            [column, "objects"] + classes.map { "\($0) found" } + ["first level right", "deepest right"],
            rows.map { row in
                let (first, deepest) = (row.figures.first, row.figures.deepest)
                return [row.name, "\(first.count)"]
                    + classes.map { cell(first.recall[$0], first.counts[$0] ?? 0) }
                    + [cell(first.accuracy, first.count), cell(deepest.accuracy, deepest.count)]
            },
            "By the column \"\(column)\" of objects.csv; \"0.93 of 40\": of 40 objects of that class 93 % are found."
        )
    }

    var embeddingSection: Markup? {
        let (classes, searches) = (report.embeddings.classes, report.embeddings.searches)
        guard !classes.isEmpty || !searches.isEmpty else { return nil }
        var parts: [Markup] = []
        if !searches.isEmpty { parts += [searchFigure(searches), searchTable(searches)] }
        if !classes.isEmpty {
            func cell(_ share: NearestClass.Share) -> String {
                "\(share.accuracy.fixed(3)) / \(share.balancedAccuracy.fixed(3))"
            }
            parts.append(
                PageParts.table(
                    "nearest",
                    ["embedding", "level", "references", "objects", "nearest centroid", "1-NN", "largest class"],
                    classes.map { found in
                        [
                            found.space.rawValue, found.level, "\(found.scores.references)", "\(found.scores.tested)",
                            cell(found.scores.centroid), cell(found.scores.neighbour), cell(found.scores.chance),
                        ]
                    },
                    "Accuracy / balanced accuracy of classes told by the frozen embeddings alone: the most similar centroid of a "
                        + "class, or the most similar single object, among the training objects. Good is far above the last column, "
                        + "which always answers the largest class. Spectra that stand for several objects of a type are left out of "
                        + "the rows \"spectrum\"."
                )
            )
        }
        return PageParts.section("embeddings", "Embeddings", parts)
    }

    private static func name(_ found: EmbeddingScores.Search) -> String {
        let words: [EmbeddedObjects.Space: String] = [
            .photometry: "light curve", .spectrum: "spectrum", .metadata: "metadata", .joint: "joint",
        ]
        let direction = [found.from, found.to].map { words[$0] ?? $0.rawValue }.joined(separator: " → ")
        return direction + (found.isOwn ? "" : " (shared too)")
    }

    private func searchFigure(_ searches: [EmbeddingScores.Search]) -> Markup {
        var plot = Plot(
            "Recall of cross-modal search against chance",
            x: .linear("share of the queries that find their own", 0...1),
            y: .names("", searches.map(Self.name)),
            width: 560
        )
        func points(_ k: Int, _ value: (Retrieval.Recall) -> Double) -> [Plot.Point] {
            searches.enumerated().compactMap { place, found in
                found.scores.recalls.first { $0.k == k }.map {
                    Plot.Point(value($0), Double(place), hint: "\(Self.name(found)): \(value($0).fixed(3))")
                }
            }
        }
        plot.addPoints(points(10) { $0.chance }, Plot.Series("among 10 by chance", colour: 7, isDashed: true))
        for (k, colour) in [(1, 1), (5, 3), (10, 2)] {
            plot.addPoints(points(k) { $0.recall }, Plot.Series(k == 1 ? "the first" : "among \(k)", colour: colour))
        }
        return PageParts.figure(
            "search",
            [("", plot.markup)],
            "Cross-modal search: with one modality of an object, how often is its other one the most similar, or among the 5 or 10 "
                + "most similar, of all tested objects. Good is far to the right of the grey mark. Objects that share a spectrum all "
                + "find it (shared too). Metadata that many objects share cannot be told apart, whatever the model."
        )
    }

    private func searchTable(_ searches: [EmbeddingScores.Search]) -> Markup {
        let ks = [1, 5, 10]
        return PageParts.table(
            "retrieval",
            ["given → searched", "queries", "among"] + ks.map { "R@\($0) (chance)" } + ["median rank"],
            searches.map { found in
                let recalls = ks.map { k in
                    found.scores.recalls.first { $0.k == k }.map { "\($0.recall.fixed(3)) (\($0.chance.fixed(3)))" }
                        ?? "–"
                }
                return [Self.name(found), "\(found.scores.queries)", "\(found.scores.candidates)"] + recalls
                    + ["\(found.scores.medianRank)"]
            },
            "The same in numbers: recall at 1, 5, 10. A median rank of half the candidates is chance."
        )
    }

    var methodSection: Markup {
        let data = report.evaluation.data.description
        var parts = [
            PageParts.paragraph(
                "Probabilities are the model's calibrated ones, renormalised over the classes that these objects have; a node's is "
                    + "the sum of its leaves'. The answer of a level is its most probable node. Balanced accuracy is the mean recall "
                    + "of the classes. ± is one standard deviation of the number of objects alone; training again with another seed "
                    + "varies more than that says."
            ),
            Markup(
                "p",
                [:],
                ["Made by ", Markup("code", [:], [.text(report.command)]), "; the raw numbers are in report.json."]
            ),
        ]
        if !data.sources.isEmpty {
            let rows = data.sources.map { source in
                Markup(
                    "tr",
                    [:],
                    [source.what, source.licence, source.cite].map { Markup("td", ["class": "words"], [.text($0)]) }
                )
            }
            let head = Markup(
                "tr",
                [:],
                ["data", "licence", "cite"].map { Markup("th", ["scope": "col"], [.text($0)]) }
            )
            parts.append(
                PageParts.details(
                    "Data, licences, citations",
                    [
                        PageParts.scroll(
                            Markup("table", ["id": "data"], [Markup("thead", [:], [head]), Markup("tbody", [:], rows)])
                        )
                    ]
                )
            )
        }
        return PageParts.section("method", "How this was made", parts)
    }
}
